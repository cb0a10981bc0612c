/** Operations of hosts for a running competition and its end: rescoring, rehearsal, the last steps, the next round. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, inPath, known, type Sent } from './client.ts'
import type { components } from './schema.d.ts'
import type { Competition } from './types.ts'

type Schemas = components['schemas']

export type RescoreState = 'open' | 'published' | 'dropped'
export type Rescore = Omit<Schemas['RescoreView'], 'state'> & { state: RescoreState }
type RescorePreview = Omit<Schemas['RescorePreview'], 'private' | 'rescore'> & {
  rescore: Rescore
  private?: Move[] | null
}
export type Move = Schemas['MoveView']
export type ClosingRow = Schemas['ClosingRow']

// --- Rescoring ---

export const rescoresQuery = (slug: string) =>
  queryOptions({
    queryKey: ['rescores', slug],
    queryFn: () =>
      known<{ items: Rescore[] }>(api.GET('/api/v1/competitions/{slug}/rescores', inPath({ slug }))),
  })

export const isWhole = (rescore: Rescore) => rescore.done >= rescore.entries

/** What publishing would change. Asked again until every entry has its new score. */
export const rescoreQuery = (slug: string, id: number) =>
  queryOptions({
    queryKey: ['rescores', slug, id],
    queryFn: () =>
      known<RescorePreview>(api.GET('/api/v1/competitions/{slug}/rescores/{id}', inPath({ slug, id }))),
    refetchInterval: (query) => {
      const rescore = query.state.data?.rescore
      return rescore && (rescore.state !== 'open' || isWhole(rescore)) ? false : 1_500
    },
  })

/** Without a file only the metric changes. */
export const beginRescore = (
  slug: string,
  wish: { reason: string; metric?: string; solution?: Blob | undefined },
) => {
  const { reason, metric, solution } = wish
  const content = solution ?? new Blob([])
  return known<Rescore>(
    api.POST('/api/v1/competitions/{slug}/rescores', {
      params: { path: { slug }, query: metric ? { reason, metric } : { reason } },
      body: content as never,
      bodySerializer: () => content,
      headers: { 'content-type': 'text/csv' },
    }),
  )
}

export const publishRescore = (slug: string, id: number) =>
  known<Rescore>(api.POST('/api/v1/competitions/{slug}/rescores/{id}/publish', inPath({ slug, id })))

export const dropRescore = (slug: string, id: number) =>
  known<Rescore>(api.DELETE('/api/v1/competitions/{slug}/rescores/{id}', inPath({ slug, id })))

// --- Rehearsal: each look is in the audit log, once a minute, so that nothing asks by itself a second time ---

const once = { staleTime: Number.POSITIVE_INFINITY, retry: false, refetchOnWindowFocus: false } as const
const asOf = (slug: string, as_of: string) => ({ params: { path: { slug }, query: { as_of } } })

export const rehearsalQuery = (slug: string, at: string) =>
  queryOptions({
    queryKey: ['rehearsal', slug, at],
    queryFn: () => known<Competition>(api.GET('/api/v1/competitions/{slug}/rehearsal', asOf(slug, at))),
    ...once,
  })

export const rehearsalBoardQuery = (slug: string, at: string) =>
  queryOptions({
    queryKey: ['rehearsal', slug, at, 'public'],
    queryFn: () => body(api.GET('/api/v1/competitions/{slug}/rehearsal/leaderboard', asOf(slug, at))),
    ...once,
  })

export const rehearsalClosingQuery = (slug: string, at: string) =>
  queryOptions({
    queryKey: ['rehearsal', slug, at, 'private'],
    queryFn: () => body(api.GET('/api/v1/competitions/{slug}/rehearsal/leaderboard/private', asOf(slug, at))),
    ...once,
  })

// --- The end ---

/** Tables of the manifest, of which `null` removes a key. */
export interface RulesChange {
  reason: string
  dates?: Record<string, string | null>
}

export const changeRules = (slug: string, change: RulesChange) =>
  known<Competition>(
    api.PATCH('/api/v1/competitions/{slug}/rules', { ...inPath({ slug }), body: change as never }),
  )

export const archiveCompetition = (slug: string) =>
  known<Competition>(api.POST('/api/v1/competitions/{slug}/archive', inPath({ slug })))

export const cloneCompetition = (
  slug: string,
  copy: Omit<Sent<'clone_competition'>, 'title'> & { title: { en: string; ko?: string } },
) =>
  known<Competition>(
    api.POST('/api/v1/competitions/{slug}/clone', { ...inPath({ slug }), body: copy as never }),
  )
