import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber, formatStatistic } from '../../lib/format.ts'
import { ticks } from '../../lib/ticks.ts'
import { ChartFigure, type Drawing } from './chart-figure.tsx'
import styles from './charts.module.css'

interface Bar {
  from: string
  to: string
  teams: number
}

const height = 144
const margin = { top: 20, bottom: 22 }

/** How many teams have which score; the bar of the reader's own score is marked. */
export function DistributionChart(props: { bars: readonly Bar[]; mine: string | undefined }) {
  const { language } = useWords()
  const board = useBoardText()
  const { bars, mine } = props
  const own = mine === undefined ? undefined : barOf(bars, Number(mine))
  const read = ({ from, to, teams }: Bar) => board.bar(from, to, board.teams(teams))
  return (
    <ChartFigure
      title={board.distribution}
      text={mine ? board.distributionTextMine : board.distributionText}
      height={height}
      steps={bars.length}
      read={(step) => (bars[step] ? read(bars[step]) : '')}
      tip={(step) =>
        bars[step] && (
          <div className={step > bars.length / 2 ? `${styles.tip} ${styles.before}` : styles.tip}>
            {read(bars[step])}
          </div>
        )
      }
      draw={(drawing) => <Plot {...drawing} bars={bars} own={own} />}
      table={
        <table>
          <thead>
            <tr>
              <th scope="col">{board.from}</th>
              <th scope="col">{board.to}</th>
              <th scope="col">{board.team}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ from, to, teams }) => (
              <tr key={from}>
                <td>{from}</td>
                <td>{to}</td>
                <td>{formatNumber(teams, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  )
}

function barOf(bars: readonly Bar[], score: number): number {
  const at = bars.findIndex(({ to }) => score < Number(to))
  return at < 0 ? bars.length - 1 : at
}

function Plot({
  width,
  cursor,
  onPoint,
  bars,
  own,
}: Drawing & { bars: readonly Bar[]; own: number | undefined }) {
  const { t, language } = useWords()
  const most = Math.max(1, ...bars.map(({ teams }) => teams))
  const bottom = height - margin.bottom
  const bar = width / bars.length
  const from = Number(bars[0]?.from)
  const to = Number(bars.at(-1)?.to)
  const x = (score: number) => (to > from ? ((score - from) / (to - from)) * width : width / 2)
  return (
    <svg
      className={styles.drawing}
      width={width}
      height={height}
      aria-hidden="true"
      onPointerMove={(event) =>
        onPoint((event.clientX - event.currentTarget.getBoundingClientRect().left) / width)
      }
    >
      {bars.map(({ from: left, teams }, at) => {
        // A team alone is still seen among thousands.
        const tall = teams === 0 ? 0 : Math.max(2, (teams / most) * (bottom - margin.top))
        const look = at === own ? styles.own : at === cursor ? styles.pointed : styles.bar
        return (
          <rect
            key={left}
            className={look}
            x={at * bar + 1}
            width={Math.max(1, bar - 2)}
            y={bottom - tall}
            height={tall}
          />
        )
      })}
      {own !== undefined && (
        <text
          className={styles.strong}
          x={Math.min(width - 16, Math.max(16, (own + 0.5) * bar))}
          y={12}
          textAnchor="middle"
        >
          {t.common.you}
        </text>
      )}
      <line className={styles.grid} x1={0} x2={width} y1={bottom} y2={bottom} />
      {ticks(from, to, 4).map((tick) => (
        <text key={tick} x={Math.min(width - 12, Math.max(12, x(tick)))} y={height - 4} textAnchor="middle">
          {formatStatistic(tick, language)}
        </text>
      ))}
    </svg>
  )
}
