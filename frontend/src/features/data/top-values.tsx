import type { ColumnSummary } from '../../api/types.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import styles from './top-values.module.css'

/** The most frequent values of a column of words, as bars. */
export function TopValues({ values }: { values: NonNullable<ColumnSummary['top']> }) {
  const { t, language } = useWords()
  const most = Math.max(...values.map(({ count }) => count), 1)
  return (
    <ul className={styles.list}>
      {values.slice(0, 8).map(({ value, count }) => (
        <li key={value} className={styles.item}>
          <span className={styles.bar} style={{ width: `${(count / most) * 100}%` }} aria-hidden="true" />
          <span className={styles.value}>{value === '' ? t.data.emptyValue : value}</span>{' '}
          <span className={styles.count}>{formatNumber(count, language)}</span>
        </li>
      ))}
    </ul>
  )
}
