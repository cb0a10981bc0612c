import { useRouter } from '@tanstack/react-router'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type MouseEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Standing } from '../../api/types.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import styles from './board.module.css'
import { BoardRow, Columns, Head } from './board-row.tsx'
import type { BoardView } from './use-board.ts'

/** Height of a row in rem, also for rows that are not loaded. */
const rowRem = 2.75

/**
 * The table: only the rows near the screen are in the page, the rest is two spacers of their height. The page itself
 * scrolls, and the reader's own row stays in sight at the bottom edge.
 */
export function Board(props: {
  board: BoardView
  target: number | undefined
  mine: Standing | undefined
  onBusy(busy: boolean): void
  /** The reader chose a row: its address is the page's from now on. */
  onRank(rank: number): void
}) {
  const { t, language } = useWords()
  const { board, target, mine } = props
  const { rows, offset, count, look } = board
  const frame = useRef<HTMLDivElement>(null)
  const [rowHeight] = useState(
    () => rowRem * (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16),
  )
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    if (frame.current) setMargin(frame.current.getBoundingClientRect().top + window.scrollY + rowHeight)
  }, [rowHeight])

  const virtual = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: 10,
    scrollMargin: margin,
    initialRect: { width: 0, height: 600 },
  })
  const items = virtual.getVirtualItems()
  const first = virtual.range?.startIndex ?? 0
  const last = virtual.range?.endIndex ?? 0
  // To the asked rank, once it is loaded.
  const index = target === undefined ? -1 : rows.findIndex((row) => row.rank === target)
  const reached = useRef('')
  // When a page has come up the router puts it to its top, which may be after the rows have come: then once more.
  const router = useRouter()
  const [renders, setRenders] = useState(0)
  useEffect(() => router.subscribe('onRendered', () => setRenders((n) => n + 1)), [router])
  const wish = `${target}:${board.scrolls}:${renders}`

  // What is on the screen before the page has scrolled there is not what the reader looks at: fetching for it would lead
  // away from the rank again.
  useEffect(() => {
    const awaitsTarget = target !== undefined && reached.current !== wish && (index >= 0 || board.isFetching)
    const awaitsScroll = Math.abs((virtual.scrollOffset ?? 0) - window.scrollY) > 1
    if (!awaitsTarget && !awaitsScroll) look(first, last)
  }, [look, first, last, target, wish, index, board.isFetching, virtual])
  useEffect(() => {
    if (index < 0 || margin === 0 || reached.current === wish) return
    reached.current = wish
    virtual.scrollToIndex(offset + index, { align: 'center' })
  }, [wish, index, offset, margin, virtual])

  // A link of the router in each row would cost more than the row.
  const followRank = (event: MouseEvent) => {
    const link = (event.target as Element).closest<HTMLElement>('a[data-rank]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    props.onRank(Number(link.dataset.rank))
  }

  const also =
    board.heading?.items[0]?.also.map(({ metric }) => metric) ??
    rows[0]?.also.map(({ metric }) => metric) ??
    []
  const mineIndex = mine ? rows.findIndex((row) => row.team_id === mine.team_id) : -1
  const mineInSight = mineIndex >= 0 && offset + mineIndex >= first && offset + mineIndex <= last
  // Neighbours with the same score stand in one bracket, whatever decides their order.
  const tie = (index: number) => {
    const score = rows[index]?.score
    const same = (other: number) => rows[other]?.score === score && rows[other]?.rank != null
    if (score == null || rows[index]?.rank == null) return undefined
    return same(index - 1) ? (same(index + 1) ? 'middle' : 'last') : same(index + 1) ? 'first' : undefined
  }
  const above = (items[0]?.index ?? 0) * rowHeight
  const below = Math.max(0, count - 1 - (items.at(-1)?.index ?? count - 1)) * rowHeight

  return (
    <div
      ref={frame}
      className={styles.frame}
      style={{ '--row-height': `${rowHeight}px` } as CSSProperties}
      onPointerEnter={(event) => event.pointerType === 'mouse' && props.onBusy(true)}
      onPointerLeave={() => props.onBusy(false)}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links inside answer to the keyboard by themselves */}
      <table className={styles.table} aria-rowcount={count + 1} onClick={followRank}>
        <caption className={styles.caption}>
          {`${t.board.title}, ${t.board.teams(board.heading?.teams ?? 0)}`}
        </caption>
        <Columns also={also.length} />
        <Head also={also} metric={board.heading?.metric ?? ''} />
        <tbody>
          <Spacer height={above} />
          {items.map((item) => {
            const row = rows[item.index - offset]
            return row ? (
              <BoardRow
                key={item.index}
                row={row}
                index={item.index}
                isMine={row.team_id === mine?.team_id}
                isTarget={row.rank != null && row.rank === target}
                hasMoved={board.moved.has(row.team_id)}
                tie={tie(item.index - offset)}
              />
            ) : (
              <tr key={item.index} className={styles.bone} aria-rowindex={item.index + 2}>
                <td className={styles.rank}>{formatNumber(item.index + 1, language)}</td>
                <td colSpan={5 + also.length} aria-label={t.board.loadingRow}>
                  <span />
                </td>
              </tr>
            )
          })}
          <Spacer height={below} />
        </tbody>
      </table>
      {mine && !mineInSight && (
        <div className={styles.pinned}>
          <table className={styles.table}>
            <caption className={styles.caption}>{t.board.mine}</caption>
            <Columns also={also.length} />
            <tbody>
              <BoardRow
                row={mine}
                index={undefined}
                isMine
                isTarget={false}
                hasMoved={false}
                tie={undefined}
              />
            </tbody>
          </table>
        </div>
      )}
    </div>
  )
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
