import { useQueries } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type BoardName, boardPageRows, boardQuery } from '../../api/queries.ts'
import type { ClosingBoard, Leaderboard } from '../../api/types.ts'
import { Placed } from './place-rows.ts'
import { type BoardPage, pageOf, type Row } from './rows.ts'

/** Pages are asked for when the screen has stood still so long: a dragged scroll bar passes thousands that nobody reads. */
const settle = 80

export interface BoardView {
  isPending: boolean
  error: unknown
  retry(): void
  /** What stands above the rows; of the newest page. */
  heading: Leaderboard | ClosingBoard | undefined
  placed: Placed
  /** Teams whose rank changed with the last news. */
  moved: ReadonlySet<number>
  hasNews: boolean
  showNews(): void
  /** Says which rows are on the screen; fetches what is missing there. */
  look(first: number, last: number): void
  /** The first and the last row on the screen when it last stood still. */
  place: readonly [first: number, last: number] | undefined
}

interface Shown {
  key: string
  pages: ReadonlyMap<number, BoardPage>
}

const nothing: ReadonlyMap<number, BoardPage> = new Map()

/**
 * The pages of a board that are being looked at.
 *
 * While the reader is busy with the table (pointer on it, focus in it) a new order is held back, so that nothing moves
 * under their hands.
 */
export function useBoard(
  slug: string,
  name: BoardName,
  target: number | undefined,
  busy: boolean,
): BoardView {
  const key = JSON.stringify([slug, name])
  const [shown, setShown] = useState<Shown>({ key, pages: nothing })
  const held = shown.key === key ? shown.pages : nothing
  const [place, setPlace] = useState<readonly [number, number]>()
  const teams = held.values().next().value?.teams ?? 0
  const before = new Placed(held, teams, boardPageRows)

  const wanted = new Set<number>()
  const goal = target === undefined ? undefined : before.placeOfRank(target)
  if (target !== undefined && goal === undefined) wanted.add(pageWithRank(held, target, teams))
  // Some page is always asked for: news are of pages that somebody looks at.
  if (target === undefined || held.size > 0) {
    for (const index of place ?? [goal ?? 0]) wanted.add(before.pageOf(index))
  }
  const asked = [...wanted]
  const answers = useQueries({ queries: asked.map((page) => boardQuery(slug, name, page)) })

  let pages = held
  let hasNews = false
  asked.forEach((wish, at) => {
    const answer = answers[at]?.data
    if (!answer) return
    const fresh = pageOf(answer)
    // The server answers with the last page where there are fewer.
    const page = Math.min(wish, Math.max(0, Math.ceil(fresh.teams / boardPageRows) - 1))
    const old = held.get(page)
    if (old === fresh) return
    if (busy && old && old.version !== fresh.version) {
      hasNews = true
      return
    }
    if (pages === held) pages = new Map(held)
    ;(pages as Map<number, BoardPage>).set(page, fresh)
  })
  if (pages !== held || shown.key !== key) setShown({ key, pages })

  const newest = answers
    .map((answer) => answer.data)
    .filter((answer) => answer !== undefined)
    .sort((a, b) => pageOf(a).version - pageOf(b).version)
    .at(-1)
  // With all pages in view known and fresh nothing is asked for: the heading stays what it was.
  const heading = useRef<{ key: string; answer: Leaderboard | ClosingBoard }>(undefined)
  if (newest) heading.current = { key, answer: newest }

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const look = useCallback((first: number, last: number) => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => setPlace([first, last]), settle)
  }, [])
  useEffect(() => () => clearTimeout(timer.current), [])

  const failed = answers.find((answer) => answer.error)
  return {
    isPending: pages.size === 0 && !failed,
    error: pages.size === 0 ? failed?.error : undefined,
    retry: () => {
      for (const answer of answers) if (answer.error) void answer.refetch()
    },
    heading: heading.current?.key === key ? heading.current.answer : undefined,
    placed: new Placed(pages, pages.values().next().value?.teams ?? 0, boardPageRows),
    moved: useMoved(key, pages, asked),
    hasNews,
    showNews: () => {
      const all = new Map(held)
      asked.forEach((page, at) => {
        const answer = answers[at]?.data
        if (answer) all.set(page, pageOf(answer))
      })
      setShown({ key, pages: all })
    },
    look,
    place,
  }
}

/** The page that holds a rank, as far as can be told: baselines push rows of the private board to later pages. */
function pageWithRank(pages: ReadonlyMap<number, BoardPage>, rank: number, teams: number): number {
  const known = teams > 0 ? Math.min(rank, teams) : rank
  let page = Math.floor((known - 1) / boardPageRows)
  for (;;) {
    const last = pages.get(page)?.rows.findLast((row) => row.rank != null)?.rank
    if (last == null || last >= known) return page
    page += 1
  }
}

/** Compares two versions of the rows in view; empty after loading more of the same version. */
function useMoved(
  key: string,
  pages: ReadonlyMap<number, BoardPage>,
  inView: readonly number[],
): ReadonlySet<number> {
  const ranks = useRef({ key, of: new Map<number, number | null>() })
  const seen = useRef<number>(undefined)
  const [moved, setMoved] = useState<ReadonlySet<number>>(new Set())
  const shown = inView.flatMap((page) => pages.get(page) ?? [])
  const version = Math.max(0, ...shown.map((page) => page.version))
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is in view changes with these
  useEffect(() => {
    if (ranks.current.key !== key) {
      ranks.current = { key, of: new Map() }
      seen.current = undefined
    }
    const isNews = seen.current !== undefined && version > seen.current
    if (version > 0) seen.current = version
    const found = new Set<number>()
    for (const { team_id, rank } of rowsOf(shown)) {
      const old = ranks.current.of.get(team_id)
      if (isNews && old !== undefined && old !== rank) found.add(team_id)
      ranks.current.of.set(team_id, rank ?? null)
    }
    if (isNews) setMoved(found)
  }, [key, version, pages])
  return moved
}

function* rowsOf(pages: readonly BoardPage[]): Generator<Row> {
  for (const page of pages) yield* page.rows
}
