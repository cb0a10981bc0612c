import FileText from 'lucide-react/icons/file-text'
import Medal from 'lucide-react/icons/medal'
import { memo } from 'react'
import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Hidden } from '../../ui/hidden.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './board.module.css'
import type { Row } from './rows.ts'
import { Sparkline } from './sparkline.tsx'

/** Which columns a board has. */
export interface Shape {
  isPrivate: boolean
  /** Metric of the second score, if there is one. */
  also: string | undefined
  isDown: boolean
  /** Where the lines of the teams end: now, or the end of the competition. */
  until: number
}

/** Widths, shared by the board and by the pinned row, which is a table of its own. */
export function Columns({ shape }: { shape: Shape }) {
  return (
    <colgroup>
      <col className={styles.colRank} />
      {shape.isPrivate && <col className={styles.colChange} />}
      <col />
      <col className={styles.colScore} />
      <col className={styles.colError} />
      {shape.also && <col className={styles.colAlso} />}
      <col className={styles.colTrend} />
      <col className={styles.colEntries} />
      <col className={styles.colLast} />
    </colgroup>
  )
}

export function Head({ metric, shape }: { metric: string; shape: Shape }) {
  const board = useBoardText()
  const head = (name: string, more?: string) => (
    <th scope="col" className={more ? `${styles.number} ${more}` : styles.number}>
      {name}
    </th>
  )
  return (
    <thead>
      <tr aria-rowindex={1}>
        {head(board.rank)}
        {shape.isPrivate && head(board.change, styles.change)}
        <th scope="col">{board.team}</th>
        <th scope="col" className={styles.number} title={metric}>
          {board.score}
        </th>
        {head(board.error, styles.error)}
        {shape.also && (
          <th scope="col" className={`${styles.number} ${styles.also}`} title={shape.also}>
            {shape.isPrivate ? board.publicScore : <span className={styles.metric}>{shape.also}</span>}
          </th>
        )}
        <th scope="col" className={styles.trend}>
          {board.trend}
        </th>
        {head(board.entries, styles.entries)}
        {head(board.last, styles.last)}
      </tr>
    </thead>
  )
}

interface RowProps {
  row: Row
  shape: Shape
  /** Place in the whole board from 0; none for the pinned copy. */
  index: number | undefined
  isMine: boolean
  isTarget: boolean
  hasMoved: boolean
  /** Its place among neighbours with the same score. */
  tie: 'first' | 'middle' | 'last' | undefined
  /** The marked part that its rank belongs to, and whether it is the last rank of it. */
  zone: string | undefined
  isZoneEnd: boolean
  history: readonly { at: string; score: string }[] | undefined
  writeUp: { thread_id: number; title: string } | undefined
  slug: string
}

export const BoardRow = memo(function BoardRow(props: RowProps) {
  const { row, shape, index, isMine, zone } = props
  const { t, language } = useWords()
  const board = useBoardText()
  const number = (value: number) => formatNumber(value, language)
  const names = [
    isMine && styles.mine,
    props.isTarget && styles.target,
    props.hasMoved && styles.moved,
    row.is_benchmark && styles.baseline,
    props.tie && styles[`tie-${props.tie}`],
    zone !== undefined && styles.zone,
    props.isZoneEnd && styles.zoneEnd,
  ]
  const team = row.team || board.hidden
  const others = row.members.filter((name) => name !== row.team)
  const also = row.also[0]
  return (
    <tr
      className={names.filter(Boolean).join(' ') || undefined}
      aria-rowindex={index === undefined ? undefined : index + 2}
    >
      <td className={styles.rank}>
        {row.rank != null && row.rank <= 3 && (
          <span className={styles[`medal${row.rank}`]} title={board.medals[row.rank]}>
            <Medal aria-hidden="true" />
          </span>
        )}
        {row.rank == null ? (
          <span aria-hidden="true">–</span>
        ) : (
          <a
            href={`?rank=${row.rank}`}
            data-rank={row.rank}
            data-item
            className={styles.rankLink}
            aria-label={board.rankLink(number(row.rank), team)}
          >
            {number(row.rank)}
          </a>
        )}
      </td>
      {shape.isPrivate && (
        <td className={styles.change}>
          <Change moved={row.moved} />
        </td>
      )}
      <th scope="row" className={styles.team} title={[team, ...others].join(', ')}>
        {row.team && !row.is_benchmark ? (
          <a href={`?team=${row.team_id}`} data-team={row.team_id} className={styles.name}>
            {row.team}
          </a>
        ) : (
          <span className={row.team ? styles.name : styles.hiddenName}>{team}</span>
        )}{' '}
        {isMine && <Badge tone="solid">{t.common.you}</Badge>}
        {row.is_benchmark && <Badge>{board.benchmark}</Badge>} {zone && <Badge tone="accent">{zone}</Badge>}
        {others.length > 0 && <span className={styles.members}>{others.join(', ')}</span>}
        {props.writeUp && (
          <a
            href={`/competitions/${props.slug}/discussion/${props.writeUp.thread_id}`}
            data-thread={props.writeUp.thread_id}
            className={styles.writeUp}
            title={board.writeUp(props.writeUp.title)}
            aria-label={board.writeUp(props.writeUp.title)}
          >
            <FileText aria-hidden="true" />
          </a>
        )}
      </th>
      <td className={styles.score}>{row.score}</td>
      <td className={styles.error}>
        {row.standard_error ? (
          <>
            <span aria-hidden="true">±</span>
            {row.standard_error}
          </>
        ) : (
          <Hidden>{t.common.none}</Hidden>
        )}
      </td>
      {shape.also && <td className={styles.also}>{also?.score ?? '–'}</td>}
      <td className={styles.trend}>
        {props.history && <Sparkline points={props.history} to={shape.until} isDown={shape.isDown} />}
      </td>
      <td className={styles.entries}>{number(row.entries)}</td>
      <td className={styles.last}>{row.last_at && <RelativeTime at={row.last_at} />}</td>
    </tr>
  )
})

/** Places won or lost against the public board: a sign and a number to see, words to hear. */
function Change({ moved }: { moved: number | null | undefined }) {
  const { language } = useWords()
  const board = useBoardText()
  if (moved == null || moved === 0) {
    return (
      <>
        <span aria-hidden="true">–</span>
        <Hidden>{board.same}</Hidden>
      </>
    )
  }
  const places = formatNumber(Math.abs(moved), language)
  return (
    <>
      <span aria-hidden="true" className={moved > 0 ? styles.up : styles.down}>
        {moved > 0 ? '▲' : '▼'} {places}
      </span>
      <Hidden>{moved > 0 ? board.up(places) : board.down(places)}</Hidden>
    </>
  )
}
