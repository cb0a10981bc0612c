import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { boardQuery } from '../../api/queries.ts'
import type { Leaderboard, Standing } from '../../api/types.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { placeRows } from './place-rows.ts'

/** How far beyond the loaded rows a page is fetched next to them; farther away a new stretch begins there. */
const near = 300

export interface BoardView {
  isPending: boolean
  isFetching: boolean
  error: unknown
  retry(): void
  /** What stands above the rows; of the newest page. */
  heading: Leaderboard | undefined
  rows: Standing[]
  /** Rows above the loaded ones. */
  offset: number
  /** All rows, loaded or not. */
  count: number
  /** Teams whose rank changed with the last news. */
  moved: ReadonlySet<number>
  hasNews: boolean
  showNews(): void
  /** Says which rows are on the screen; fetches what is missing there. */
  look(first: number, last: number): void
  /** Grows when the reader asks for the same rank again. */
  scrolls: number
  scrollAgain(): void
}

/**
 * The stretch of the board that is being looked at, made of keyset pages around a rank.
 *
 * While the reader is busy with the table (pointer on it, focus in it) a new order is held back, so that nothing moves
 * under their hands.
 */
export function useBoard(slug: string, rank: number | undefined, busy: boolean): BoardView {
  const [anchor, setAnchor] = useState(rank)
  const [lastRank, setLastRank] = useState(rank)
  const [scrolls, setScrolls] = useState(0)
  const list = useInfiniteQuery({ ...boardQuery(slug, anchor), placeholderData: keepPreviousData })
  const fresh = list.data
  const [shown, setShown] = useState(fresh)

  const versions = (data: typeof fresh) => data?.pages.map((page) => page.version).join()
  const sameStretch =
    shown !== undefined &&
    fresh !== undefined &&
    shown.pageParams.length === fresh.pageParams.length &&
    !list.isPlaceholderData
  const hasNews = busy && sameStretch && shown !== fresh && versions(shown) !== versions(fresh)
  const data = hasNews ? shown : fresh
  if (data !== shown) setShown(data)

  const rows = data?.pages.flatMap((page) => page.items) ?? []
  const heading = data?.pages.at(-1)
  const { offset, count } = placeRows(rows, heading?.teams ?? 0, data?.pages.at(-1)?.next != null)

  if (rank !== lastRank) {
    setLastRank(rank)
    const loaded = rank !== undefined && rows.some((row) => row.rank === rank)
    if (rank !== undefined && !loaded) setAnchor(rank)
    if (rank === undefined) setAnchor(undefined)
  }

  const moved = useMoved(rows, versions(data))

  // Asking waits until the page stands still: a dragged scroll bar passes thousands of rows that nobody reads.
  const [place, setPlace] = useState<readonly [number, number]>([0, 0])
  const [first, last] = useSettled(place, 80)
  const { hasNextPage, hasPreviousPage, isFetching, fetchNextPage, fetchPreviousPage } = list
  const end = offset + rows.length
  useEffect(() => {
    if (isFetching || rows.length === 0 || last === 0) return
    if (last >= end && hasNextPage) {
      if (first - end < near) void fetchNextPage()
      else setAnchor(Math.floor((first + last) / 2) + 1)
    } else if (first < offset && hasPreviousPage) {
      if (offset - last < near) void fetchPreviousPage()
      else setAnchor(Math.floor((first + last) / 2) + 1)
    }
  }, [
    first,
    last,
    offset,
    end,
    rows.length,
    isFetching,
    hasNextPage,
    hasPreviousPage,
    fetchNextPage,
    fetchPreviousPage,
  ])

  return {
    isPending: list.isPending,
    isFetching: list.isFetching,
    error: list.error,
    retry: () => void list.refetch(),
    heading,
    rows,
    offset,
    count,
    moved,
    hasNews,
    showNews: () => setShown(fresh),
    look: (from, to) => setPlace((old) => (old[0] === from && old[1] === to ? old : [from, to])),
    scrolls,
    scrollAgain: () => setScrolls((n) => n + 1),
  }
}

/** Compares two versions of the rows; empty after loading more of the same version. */
function useMoved(rows: Standing[], version: string | undefined): ReadonlySet<number> {
  const ranks = useRef(new Map<number, number | null>())
  const seen = useRef(version)
  const [moved, setMoved] = useState<ReadonlySet<number>>(new Set())
  useEffect(() => {
    const isNews = seen.current !== undefined && seen.current !== version
    seen.current = version
    const found = new Set<number>()
    for (const { team_id, rank } of rows) {
      const before = ranks.current.get(team_id)
      if (isNews && before !== undefined && before !== rank) found.add(team_id)
      ranks.current.set(team_id, rank ?? null)
    }
    if (isNews) setMoved(found)
  }, [rows, version])
  return moved
}
