import { useRouter } from '@tanstack/react-router'
import { type CSSProperties, type MouseEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Bilingual } from '../../api/types.ts'
import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { useVisibleRows } from '../../lib/use-visible-rows.ts'
import styles from './board.module.css'
import { BoardRow, Columns, Head, type Shape } from './board-row.tsx'
import type { Row } from './rows.ts'
import type { BoardView } from './use-board.ts'
import { useHistories } from './use-histories.ts'

/** Height of a row in rem, also for rows that are not loaded. */
const rowRem = 2.75

/**
 * The table: only the rows near the screen are in the page, the rest is two spacers of their height. The page itself
 * scrolls, and the reader's own row stays in sight at the bottom edge.
 */
export function Board(props: {
  slug: string
  view: BoardView
  shape: Shape
  /** What a screen reader calls the table. */
  caption: string
  metric: string
  zones: readonly { name: Bilingual; through: number }[]
  writeUps: ReadonlyMap<number, { thread_id: number; title: string }>
  target: number | undefined
  /** Grows when the reader asks for the same rank again. */
  scrolls: number
  mine: Row | undefined
  onBusy(busy: boolean): void
  /** The reader chose a row: its address is the page's from now on. */
  onRank(rank: number): void
  onTeam(team: number): void
  onThread(thread: number): void
}) {
  const { language } = useWords()
  const board = useBoardText()
  const { view, target, mine, shape, zones, slug } = props
  const { placed } = view
  const frame = useRef<HTMLDivElement>(null)
  const [rowHeight] = useState(
    () => rowRem * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16),
  )
  const histories = useHistories(slug, placed, view.place, mine?.team_id)
  const mineIndex = mine?.rank == null ? undefined : placed.placeOfRank(mine.rank)
  const inSight = useRef<readonly [first: number, last: number]>([0, 0])
  const [mineInSight, setMineInSight] = useState(false)
  const seeMine = () => {
    const [first, last] = inSight.current
    setMineInSight(mineIndex !== undefined && mineIndex >= first && mineIndex <= last)
  }
  const { stretch, scrollTo } = useVisibleRows({
    frame,
    count: placed.count,
    rowHeight,
    head: rowHeight,
    onMove(first, last) {
      inSight.current = [first, last]
      view.look(first, last)
      seeMine()
    },
  })
  useLayoutEffect(seeMine, [mineIndex])

  // When a page has come up the router puts it to its top, which may be after the rows have come: then once more.
  const router = useRouter()
  const [renders, setRenders] = useState(0)
  useEffect(
    () => router.subscribe('onRendered', ({ pathChanged }) => pathChanged && setRenders((n) => n + 1)),
    [router],
  )
  const index = target === undefined ? undefined : placed.placeOfRank(target)
  const wish = `${target}:${props.scrolls}:${renders}`
  const reached = useRef('')
  useLayoutEffect(() => {
    if (index === undefined || reached.current === wish) return
    reached.current = wish
    scrollTo(index)
  }, [wish, index, scrollTo])

  // A link of the router in each row would cost more than the row.
  const follow = (event: MouseEvent) => {
    const link = (event.target as Element).closest<HTMLElement>('a')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    const { rank, team, thread } = link.dataset
    if (rank) props.onRank(Number(rank))
    else if (team) props.onTeam(Number(team))
    else if (thread) props.onThread(Number(thread))
    else return
    event.preventDefault()
  }

  // Neighbours with the same score stand in one bracket, whatever decides their order.
  const tie = (at: number) => {
    const here = placed.row(at)
    const same = (other: Row | undefined) => other?.score === here?.score && other?.rank != null
    if (here?.rank == null) return undefined
    const [above, below] = [same(placed.row(at - 1)), same(placed.row(at + 1))]
    return above ? (below ? 'middle' : 'last') : below ? 'first' : undefined
  }
  const zoneOf = (rank: number | null | undefined) =>
    rank == null ? undefined : zones.find(({ through }) => rank <= through)
  const draw = (row: Row, at: number | undefined, isMine: boolean) => {
    const zone = zoneOf(row.rank)
    return (
      <BoardRow
        key={at}
        // A hidden name is no secret to its own team.
        row={isMine && !row.team && mine ? mine : row}
        shape={shape}
        index={at}
        isMine={isMine}
        isTarget={at !== undefined && row.rank != null && row.rank === target}
        hasMoved={at !== undefined && view.moved.has(row.team_id)}
        tie={at === undefined ? undefined : tie(at)}
        zone={zone && pick(zone.name, language)}
        isZoneEnd={zone?.through === row.rank && zone !== undefined}
        history={histories.get(row.team_id)}
        writeUp={props.writeUps.get(row.team_id)}
        slug={slug}
      />
    )
  }

  const from = Math.min(stretch.from, placed.count)
  const to = Math.min(stretch.to, placed.count)
  const columns = 7 + (shape.also ? 1 : 0) + (shape.isPrivate ? 1 : 0)
  return (
    <div
      ref={frame}
      className={styles.frame}
      style={{ '--row-height': `${rowHeight}px` } as CSSProperties}
      onPointerEnter={(event) => event.pointerType === 'mouse' && props.onBusy(true)}
      onPointerLeave={() => props.onBusy(false)}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links inside answer to the keyboard by themselves */}
      <table className={styles.table} aria-rowcount={placed.count + 1} onClick={follow}>
        <caption className={styles.caption}>{props.caption}</caption>
        <Columns shape={shape} />
        <Head shape={shape} metric={props.metric} />
        <tbody>
          <Spacer height={from * rowHeight} />
          {Array.from({ length: to - from }, (_, row) => {
            const at = from + row
            const found = placed.row(at)
            return found ? (
              draw(found, at, isSame(found, mine))
            ) : (
              <tr key={at} className={styles.bone} aria-rowindex={at + 2}>
                <td className={styles.rank}>{formatNumber(at + 1, language)}</td>
                <td colSpan={columns - 1} aria-label={board.loadingRow}>
                  <span />
                </td>
              </tr>
            )
          })}
          <Spacer height={(placed.count - to) * rowHeight} />
        </tbody>
      </table>
      {mine && !mineInSight && (
        <div className={styles.pinned}>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links inside answer to the keyboard by themselves */}
          <table className={styles.table} onClick={follow}>
            <caption className={styles.caption}>{board.mine}</caption>
            <Columns shape={shape} />
            <tbody>{draw(mine, undefined, true)}</tbody>
          </table>
        </div>
      )}
    </div>
  )
}

/** Whether a row is the reader's own; where names are hidden its number says nothing, but no two entries share a moment. */
function isSame(row: Row, mine: Row | undefined): boolean {
  if (!mine) return false
  if (row.team) return row.team_id === mine.team_id
  return row.rank === mine.rank && row.best_at === mine.best_at && row.entries === mine.entries
}

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row without content cannot take the focus
    <tr aria-hidden="true">
      <td style={{ height: `${height}px`, padding: 0 }} />
    </tr>
  )
}
