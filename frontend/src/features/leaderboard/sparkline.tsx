import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { Hidden } from '../../ui/hidden.tsx'
import styles from './sparkline.module.css'

/** Size of the drawing in its own units. */
const width = 90
const height = 20

/**
 * How a team's score got better over the time of the competition, as a line without numbers: each team's own range fills
 * the height, so it shows when a team improved, not how it compares.
 */
export function Sparkline(props: {
  points: readonly { at: string; score: string }[]
  from: number
  to: number
  /** Whether less is better: the line still rises when the score gets better. */
  isDown: boolean
}) {
  const board = useBoardText()
  const { points, from, to, isDown } = props
  if (points.length === 0) return null
  const scores = points.map(({ score }) => Number(score) * (isDown ? -1 : 1))
  const least = Math.min(...scores)
  const range = Math.max(...scores) - least
  const x = (at: number) =>
    (Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from))) * width).toFixed(1)
  const y = (score: number) =>
    (range === 0 ? 2 : height - 2 - ((score - least) / range) * (height - 4)).toFixed(1)
  const line = points.map(
    ({ at }, index) =>
      `${index === 0 ? 'M' : 'H'}${index === 0 ? `${x(Date.parse(at))} ${y(scores[0] ?? 0)}` : `${x(Date.parse(at))}V${y(scores[index] ?? 0)}`}`,
  )
  return (
    <>
      <svg
        className={styles.line}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={`${line.join('')}H${width}`} />
      </svg>
      <Hidden>{board.trendOf(points.length)}</Hidden>
    </>
  )
}
