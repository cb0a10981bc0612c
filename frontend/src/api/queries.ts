/** Keys and options of everything the pages read. Only the query cache holds what the server said. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  MutationCache,
  QueryCache,
  QueryClient,
  queryOptions,
} from '@tanstack/react-query'
import * as api from './client.ts'
import { paged } from './paging.ts'
import { ApiProblem } from './problem.ts'
import type { ClosingBoard, Language, Leaderboard, ThreadFilter } from './types.ts'

/** The cache. When any answer says that the session has ended, the pages ask who is there and show it. */
export function createQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiProblem && error.status === 401)
      void client.invalidateQueries({ queryKey: meQuery.queryKey })
  }
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // Answers of the server are final; what got lost on the way is tried again.
        retry: (failures, error) =>
          failures < 2 && error instanceof ApiProblem && (error.code === 'offline' || error.code === 'busy'),
        retryDelay: (failures) => 500 * 2 ** failures,
      },
    },
  })
  return client
}

export const siteQuery = queryOptions({ queryKey: ['site'], queryFn: api.findSite, staleTime: 300_000 })

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: api.findMe, staleTime: 300_000 })

export const sessionsQuery = queryOptions({ queryKey: ['sessions'], queryFn: api.listSessions })

export const tokensQuery = queryOptions({ queryKey: ['tokens'], queryFn: api.listTokens })

export const competitionsQuery = (filter: { q?: string; state?: string; mine?: boolean }) =>
  infiniteQueryOptions({
    queryKey: ['competitions', filter],
    queryFn: ({ pageParam }) =>
      api.listCompetitions({ ...filter, ...(pageParam ? { cursor: pageParam } : {}) }),
    ...paged,
    placeholderData: keepPreviousData,
  })

export const competitionQuery = (slug: string) =>
  queryOptions({ queryKey: ['competition', slug], queryFn: () => api.findCompetition(slug) })

export const pagesQuery = (slug: string, language: Language) =>
  queryOptions({ queryKey: ['pages', slug, language], queryFn: () => api.listPages(slug, language) })

export const filesQuery = (slug: string, folder: string) =>
  infiniteQueryOptions({
    queryKey: ['files', slug, folder],
    queryFn: ({ pageParam }) =>
      api.listFiles(slug, { ...(folder ? { folder } : {}), ...(pageParam ? { cursor: pageParam } : {}) }),
    ...paged,
  })

export const previewQuery = (slug: string, path: string) =>
  queryOptions({ queryKey: ['preview', slug, path], queryFn: () => api.previewFile(slug, path) })

export const submissionsQuery = (slug: string) =>
  infiniteQueryOptions({
    queryKey: ['submissions', slug],
    queryFn: ({ pageParam }) => api.listSubmissions(slug, pageParam || undefined),
    ...paged,
  })

/** An entry on its way. The event stream tells of changes; asking again covers a stream that is down. */
export const submissionQuery = (id: number) =>
  queryOptions({
    queryKey: ['submission', id],
    queryFn: () => api.findSubmission(id),
    refetchInterval: (query) => {
      const state = query.state.data?.state
      return state === 'queued' || state === 'scoring' ? 2_000 : false
    },
  })

/** Rows on a page of the board; more are ready than fit a screen, and a page is 2 KB on the wire. */
export const boardPageRows = 100

/** One of a competition's boards: the private one is out after the reveal, a bracket has ranks of its own. */
export interface BoardName {
  board: 'public' | 'private'
  bracket?: string
}

const bracketOf = ({ bracket }: BoardName) => (bracket ? { bracket } : {})

/** A page of a board, from 0. Which ranks it holds follows from its number, so that a far rank is one question. */
export const boardQuery = (slug: string, name: BoardName, page: number) =>
  queryOptions({
    queryKey: ['board', slug, name, page],
    queryFn: async (): Promise<Leaderboard | ClosingBoard> =>
      name.board === 'private'
        ? await api.findPrivateLeaderboard(slug, {
            limit: boardPageRows,
            ...bracketOf(name),
            ...(page > 0 ? { cursor: String(page * boardPageRows) } : {}),
          })
        : await api.findLeaderboard(slug, {
            limit: boardPageRows,
            ...bracketOf(name),
            ...(page > 0 ? { around: page * boardPageRows + 1 } : {}),
          }),
  })

/** Teams whose name, or a member's, holds the text. */
export const boardSearchQuery = (slug: string, q: string, bracket?: string) =>
  queryOptions({
    queryKey: ['board', slug, 'search', q, bracket],
    queryFn: () => api.searchLeaderboard(slug, q, bracket),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  })

/** How the scores of some teams got better; the numbers are sorted, so that the same teams are the same question. */
export const historiesQuery = (slug: string, teams: readonly number[]) =>
  queryOptions({
    queryKey: ['histories', slug, teams],
    queryFn: () => api.listHistories(slug, teams),
    enabled: teams.length > 0,
    staleTime: 60_000,
  })

export const distributionQuery = (slug: string) =>
  queryOptions({
    queryKey: ['distribution', slug],
    queryFn: () => api.findDistribution(slug),
    staleTime: 60_000,
  })

export const writeUpsQuery = (slug: string) =>
  queryOptions({ queryKey: ['write-ups', slug], queryFn: () => api.listWriteUps(slug) })

/** `bracket`: with the rank among its teams. */
export const myStandingQuery = (slug: string, bracket?: string) =>
  queryOptions({
    queryKey: ['my-standing', slug, ...(bracket ? [bracket] : [])],
    queryFn: () => api.findMyStanding(slug, bracket),
  })

export const threadsQuery = (slug: string, filter: ThreadFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ['threads', slug, filter],
    queryFn: ({ pageParam }) =>
      api.listThreads(slug, { ...filter, ...(pageParam ? { cursor: pageParam } : {}) }),
    ...paged,
    placeholderData: keepPreviousData,
  })

export const threadSearchQuery = (slug: string, q: string) =>
  queryOptions({
    queryKey: ['threads', slug, 'search', q],
    queryFn: () => api.searchThreads(slug, q),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  })

export const threadQuery = (id: number) =>
  queryOptions({ queryKey: ['thread', id], queryFn: () => api.findThread(id) })

export const postsQuery = (threadId: number) =>
  infiniteQueryOptions({
    queryKey: ['posts', threadId],
    queryFn: ({ pageParam }) => api.listPosts(threadId, pageParam || undefined),
    ...paged,
  })
