import type { ColumnSummary } from '../../api/types.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber, formatStatistic } from '../../lib/format.ts'
import styles from './histogram.module.css'

const width = 220
const height = 40
/** Units between two bars. */
const gap = 1

/** How often which values occur. Each bar says its range and count on hover; the ends of the range stand below. */
export function Histogram({ name, bins }: { name: string; bins: NonNullable<ColumnSummary['histogram']> }) {
  const { t, language } = useWords()
  const first = bins[0]
  const last = bins.at(-1)
  if (!first || !last) return null
  const most = Math.max(...bins.map((bin) => bin.count), 1)
  const step = width / bins.length
  const from = formatStatistic(first.from, language)
  const to = formatStatistic(last.to, language)
  return (
    <div className={styles.histogram}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t.data.histogram(name, from, to)}
      >
        {bins.map((bin, index) => {
          // A bin that is not empty is at least a line.
          const tall = bin.count === 0 ? 0 : Math.max(1, (bin.count / most) * height)
          return (
            <g key={bin.from} className={styles.bin}>
              <title>
                {t.data.bin(
                  formatStatistic(bin.from, language),
                  formatStatistic(bin.to, language),
                  formatNumber(bin.count, language),
                )}
              </title>
              <rect className={styles.hit} x={index * step} y={0} width={step} height={height} />
              <rect
                className={styles.bar}
                x={index * step}
                y={height - tall}
                width={Math.max(step - gap, gap)}
                height={tall}
              />
            </g>
          )
        })}
      </svg>
      <div className={styles.ends} aria-hidden="true">
        <span>{from}</span>
        <span>{to}</span>
      </div>
    </div>
  )
}
