import { useMemo } from 'react'
import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatClock, formatHour, formatMonthDay, formatStatistic } from '../../lib/format.ts'
import { ticks } from '../../lib/ticks.ts'
import { ChartFigure, type Drawing } from './chart-figure.tsx'
import styles from './charts.module.css'

export interface Line {
  team: string
  isMine: boolean
  points: readonly { at: string; score: string }[]
}

const height = 144
const twoDays = 2 * 86_400_000
const margin = { top: 8, bottom: 22, left: 52 }
/** Room for a name at the end of its line, and the least distance of two names. */
const names = { width: 128, apart: 14 }

/** Each team's best public score over the time of the competition, as steps. */
export function HistoryChart(props: { title: string; text: string; lines: readonly Line[]; to: number }) {
  const { language } = useWords()
  const board = useBoardText()
  const { lines, to } = props
  // The cursor walks over the moments at which a line steps.
  const moments = useMemo(
    () =>
      [...new Set(lines.flatMap(({ points }) => points.map(({ at }) => Date.parse(at))))].sort(
        (a, b) => a - b,
      ),
    [lines],
  )
  // The time before the first score has nothing to show.
  const from = Math.min(to - 1, moments[0] ?? to - 1)
  const scoreAt = (line: Line, moment: number) =>
    line.points.findLast(({ at }) => Date.parse(at) <= moment)?.score
  const when = (moment: number) => formatClock(new Date(moment), language)
  const standing = (step: number) => {
    const moment = moments[step] ?? to
    return lines.flatMap((line, at) => {
      const score = scoreAt(line, moment)
      return score === undefined ? [] : [{ line, at, score }]
    })
  }
  return (
    <ChartFigure
      title={props.title}
      text={props.text}
      height={height}
      steps={moments.length}
      read={(step) =>
        `${when(moments[step] ?? to)}: ${standing(step)
          .map(({ line, score }) => `${line.team} ${score}`)
          .join(', ')}`
      }
      tip={(step) => {
        const share = ((moments[step] ?? to) - from) / Math.max(1, to - from)
        return (
          <div className={share > 0.5 ? `${styles.tip} ${styles.before}` : styles.tip}>
            <strong>{when(moments[step] ?? to)}</strong>
            <ul>
              {standing(step).map(({ line, at, score }) => (
                <li key={at}>
                  <span className={`${styles.dot} ${styles[`series${at + 1}`]}`} />
                  <span className={styles.tipName}>{line.team}</span>
                  <span>{score}</span>
                </li>
              ))}
            </ul>
          </div>
        )
      }}
      draw={(drawing) => <Plot {...drawing} lines={lines} from={from} to={to} moments={moments} />}
      table={
        <table>
          <thead>
            <tr>
              <th scope="col">{board.team}</th>
              <th scope="col">{board.when}</th>
              <th scope="col">{board.score}</th>
            </tr>
          </thead>
          <tbody>
            {lines.flatMap((line) =>
              line.points.map(({ at, score }) => (
                <tr key={`${line.team} ${at}`}>
                  <th scope="row">{line.team}</th>
                  <td>{when(Date.parse(at))}</td>
                  <td>{score}</td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      }
    />
  )
}

function Plot(
  props: Drawing & { lines: readonly Line[]; from: number; to: number; moments: readonly number[] },
) {
  const { language } = useWords()
  const { lines, from, to, width, cursor, moments } = props
  const right = width - (width > 420 ? names.width : 8)
  const bottom = height - margin.bottom
  const scores = lines.flatMap(({ points }) => points.map(({ score }) => Number(score)))
  const least = Math.min(...scores)
  const most = Math.max(...scores)
  const pad = (most - least) * 0.06 || Math.abs(most) * 0.01 || 1
  const x = (moment: number) =>
    margin.left + ((moment - from) / Math.max(1, to - from)) * (right - margin.left)
  const y = (score: number) =>
    bottom - ((score - least + pad) / (most - least + 2 * pad)) * (bottom - margin.top)
  const days = Math.max(2, Math.min(7, Math.floor((right - margin.left) / 80)))
  const marks = Array.from({ length: days }, (_, day) => {
    const moment = from + ((to - from) * day) / (days - 1)
    const at = new Date(moment)
    return { moment, text: to - from < twoDays ? formatHour(at, language) : formatMonthDay(at, language) }
  })
  const path = (line: Line) => {
    const steps = line.points.map(({ at, score }, index) => {
      const [px, py] = [x(Math.max(from, Date.parse(at))).toFixed(1), y(Number(score)).toFixed(1)]
      return index === 0 ? `M${px} ${py}` : `H${px}V${py}`
    })
    return `${steps.join('')}H${right}`
  }
  // Names stand at the ends of their lines, moved apart where these are close.
  const ends = lines
    .map((line, at) => ({ line, at, y: y(Number(line.points.at(-1)?.score ?? least)) }))
    .sort((a, b) => a.y - b.y)
  let free = margin.top + 4
  for (const end of ends) {
    end.y = Math.max(end.y, free)
    free = end.y + names.apart
  }
  for (const [at, end] of [...ends.entries()].reverse()) {
    const below = ends[at + 1]
    end.y = Math.min(end.y, below ? below.y - names.apart : bottom)
  }
  return (
    <svg
      className={styles.drawing}
      width={width}
      height={height}
      aria-hidden="true"
      onPointerMove={(event) => {
        const left = event.currentTarget.getBoundingClientRect().left
        const moment = from + ((event.clientX - left - margin.left) / (right - margin.left)) * (to - from)
        const step = moments.findLastIndex((other) => other <= moment)
        props.onPoint((Math.max(0, step) + 0.5) / moments.length)
      }}
    >
      {ticks(least, most, 3).map((tick) => (
        <g key={tick}>
          <line className={styles.grid} x1={margin.left} x2={right} y1={y(tick)} y2={y(tick)} />
          <text x={margin.left - 8} y={y(tick) + 4} textAnchor="end">
            {formatStatistic(tick, language)}
          </text>
        </g>
      ))}
      {marks.map(({ moment, text }, day) =>
        // In a short time several marks would say the same.
        text === marks[day - 1]?.text ? null : (
          <text
            key={moment}
            x={x(moment)}
            y={height - 4}
            textAnchor={day === 0 ? 'start' : day === days - 1 ? 'end' : 'middle'}
          >
            {text}
          </text>
        ),
      )}
      {lines.map((line, at) => (
        <path
          key={line.team}
          className={`${styles.path} ${styles[`series${at + 1}`]} ${line.isMine ? styles.thick : ''}`}
          d={path(line)}
        />
      ))}
      {width > 420 &&
        ends.map(({ line, at, y: place }) => (
          <text
            key={line.team}
            className={`${styles.name} ${styles[`series${at + 1}`]} ${line.isMine ? styles.strong : ''}`}
            x={right + 8}
            y={place + 4}
          >
            {line.team.length > 16 ? `${line.team.slice(0, 15)}…` : line.team}
          </text>
        ))}
      {cursor !== undefined && (
        <line
          className={styles.cursor}
          x1={x(moments[cursor] ?? to)}
          x2={x(moments[cursor] ?? to)}
          y1={margin.top}
          y2={bottom}
        />
      )}
    </svg>
  )
}
