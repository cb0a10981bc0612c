import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { Hidden } from '../../ui/hidden.tsx'
import styles from './sparkline.module.css'

/** Size of the drawing in its own units. */
const width = 90
const height = 20

/**
 * How a team's score got better since its first one, as a line without numbers: each team's own range fills
 * the height, so it shows when a team improved, not how it compares.
 */
export function Sparkline(props: {
  points: readonly { at: string; score: string }[]
  /** The end of the line; it begins with the team's first score. */
  to: number
  /** Whether less is better: the line still rises when the score gets better. */
  isDown: boolean
}) {
  const board = useBoardText()
  const { points, isDown } = props
  if (points.length === 0) return null
  const moments = points.map(({ at }) => Date.parse(at))
  const from = moments[0] ?? 0
  const to = Math.max(props.to, moments.at(-1) ?? 0)
  const scores = points.map(({ score }) => Number(score) * (isDown ? -1 : 1))
  const least = Math.min(...scores)
  const range = Math.max(...scores) - least
  const x = (at: number) =>
    (Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from))) * width).toFixed(1)
  const y = (score: number) =>
    (range === 0 ? 2 : height - 2 - ((score - least) / range) * (height - 4)).toFixed(1)
  const line = moments.map((at, index) =>
    index === 0 ? `M${x(at)} ${y(scores[0] ?? 0)}` : `H${x(at)}V${y(scores[index] ?? 0)}`,
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
