import type { ColumnSummary } from '../../api/types.ts'
import { useText } from '../../i18n/text-provider.tsx'
import styles from './row-table.module.css'

/** The first rows as they stand in the file. */
export function RowTable({ columns, rows }: { columns: ColumnSummary[]; rows: string[][] }) {
  const t = useText()
  const isNumber = columns.map(({ type }) => type === 'number' || type === 'integer')
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, and the keyboard must reach that
    <section className={styles.frame} tabIndex={0} aria-label={t.data.viewRows}>
      <table className={styles.table}>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={column.name} scope="col" className={isNumber[index] ? styles.number : undefined}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other identity and never move
            <tr key={line}>
              {row.map((value, index) => (
                <td
                  key={columns[index]?.name ?? index}
                  className={isNumber[index] ? styles.number : undefined}
                  title={value.length > 40 ? value : undefined}
                >
                  {value === '' ? <span className={styles.empty}>{t.data.emptyValue}</span> : value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
