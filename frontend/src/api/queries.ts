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
import { ApiProblem } from './problem.ts'
import type { BoardQuery, Language, ThreadFilter } from './types.ts'

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
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
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
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })

export const previewQuery = (slug: string, path: string) =>
  queryOptions({ queryKey: ['preview', slug, path], queryFn: () => api.previewFile(slug, path) })

export const submissionsQuery = (slug: string) =>
  infiniteQueryOptions({
    queryKey: ['submissions', slug],
    queryFn: ({ pageParam }) => api.listSubmissions(slug, pageParam || undefined),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
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

/** The board around a rank, or from its top; further pages by the cursors of the first. */
export const boardQuery = (slug: string, around: number | undefined) =>
  infiniteQueryOptions({
    queryKey: ['board', slug, around ?? 0],
    queryFn: ({ pageParam }) => api.findLeaderboard(slug, { ...pageParam, limit: 100 }),
    initialPageParam: (around === undefined ? {} : { around }) as BoardQuery,
    getNextPageParam: (page) => (page.next ? { cursor: page.next } : undefined),
    getPreviousPageParam: (page) => (page.previous ? { cursor: page.previous } : undefined),
    maxPages: 20,
  })

/** Teams whose name, or a member's, holds the text. */
export const boardSearchQuery = (slug: string, q: string) =>
  queryOptions({
    queryKey: ['board', slug, 'search', q],
    queryFn: () => api.searchLeaderboard(slug, q),
    enabled: q !== '',
    placeholderData: keepPreviousData,
  })

export const myStandingQuery = (slug: string) =>
  queryOptions({ queryKey: ['my-standing', slug], queryFn: () => api.findMyStanding(slug) })

export const threadsQuery = (slug: string, filter: ThreadFilter = {}) =>
  infiniteQueryOptions({
    queryKey: ['threads', slug, filter],
    queryFn: ({ pageParam }) =>
      api.listThreads(slug, { ...filter, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
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
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
