import type { Fault } from '../../api/problem.ts'
import { useText } from '../../i18n/text-provider.tsx'
import styles from './fault-table.module.css'

/** Every listed fault of a file: where it is, what kind it is, and how to repair it. */
export function FaultTable({ faults, count }: { faults: Fault[]; count: number }) {
  const t = useText()
  if (faults.length === 0) return null
  return (
    <div className={styles.faults}>
      {count > faults.length && <p className={styles.muted}>{t.submit.firstFaults(faults.length, count)}</p>}
      <div className={styles.frame}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t.submit.faultPlace}</th>
              <th scope="col">{t.submit.faultWhat}</th>
            </tr>
          </thead>
          <tbody>
            {faults.map((fault) => (
              <tr key={`${fault.code}:${fault.line}:${fault.column}:${fault.message}`}>
                <th scope="row" className={styles.place}>
                  {fault.line ? t.submit.line(fault.line) : t.submit.wholeFile}
                  {fault.column ? (
                    <span className={styles.muted}>
                      {' '}
                      {t.submit.columnAt(fault.column, fault.name ?? null)}
                    </span>
                  ) : null}
                </th>
                <td>
                  <span className={styles.kind}>{t.faults[fault.code] ?? fault.code}</span>
                  {fault.count > 1 && (
                    <span className={styles.muted}> · {t.submit.moreAlike(fault.count)}</span>
                  )}
                  <p className={styles.message}>{t.faultText(fault)}</p>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  )
}
