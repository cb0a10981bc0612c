import type { ColumnSummary } from '../../api/types.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber, formatStatistic } from '../../lib/format.ts'
import styles from './column-table.module.css'
import { Histogram } from './histogram.tsx'
import { TopValues } from './top-values.tsx'

/** Every column with what the host says it means and what its values look like. */
export function ColumnTable({ columns }: { columns: ColumnSummary[] }) {
  const { t, language } = useWords()
  return (
    <div className={styles.frame}>
      <table className={styles.table}>
        <caption className={styles.caption}>{t.data.viewColumns}</caption>
        <thead>
          <tr>
            <th scope="col">{t.data.column}</th>
            <th scope="col">{t.data.distribution}</th>
            <th scope="col" className={`${styles.number} ${styles.second}`}>
              {t.data.missing}
            </th>
            <th scope="col" className={`${styles.number} ${styles.second}`}>
              {t.data.distinct}
            </th>
            <th scope="col" className={`${styles.number} ${styles.third}`}>
              {t.data.median}
            </th>
            <th scope="col" className={`${styles.number} ${styles.third}`}>
              {t.data.mean}
            </th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={column.name}>
              <th scope="row" className={styles.name}>
                <span className={styles.word}>{column.name}</span>{' '}
                <span className={styles.type}>{t.data.types[column.type]}</span>
                {column.meaning && <p className={styles.meaning}>{pick(column.meaning, language)}</p>}
              </th>
              <td className={styles.shape}>
                <Shape column={column} />
              </td>
              <td className={`${styles.number} ${styles.second}`}>
                {column.missing > 0 ? (
                  formatNumber(column.missing, language)
                ) : (
                  <span className={styles.muted}>{t.data.missingNone}</span>
                )}
              </td>
              <td className={`${styles.number} ${styles.second}`}>
                {column.distinct_estimated && '≈ '}
                {formatNumber(column.distinct, language)}
              </td>
              <td className={`${styles.number} ${styles.third}`}>
                {column.median == null ? (
                  <span className={styles.muted}>–</span>
                ) : (
                  formatStatistic(column.median, language)
                )}
              </td>
              <td className={`${styles.number} ${styles.third}`}>
                {column.mean == null ? (
                  <span className={styles.muted}>–</span>
                ) : (
                  formatStatistic(column.mean, language)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Shape({ column }: { column: ColumnSummary }) {
  if (column.histogram && column.histogram.length > 0)
    return <Histogram name={column.name} bins={column.histogram} />
  if (column.distinct > 1 && column.top.every(({ count }) => count === 1)) return <AllDifferent />
  if (column.top.length > 0) return <TopValues values={column.top} />
  return null
}

function AllDifferent() {
  return <span className={styles.muted}>{useText().data.allDifferent}</span>
}
