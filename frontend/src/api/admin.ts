/** Operations of the site's administrators, and the logs that hosts may read too. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, body, inPath, known, type Sent } from './client.ts'
import { given, paged } from './paging.ts'
import type { components } from './schema.d.ts'
import type { CompetitionState, Listed, User } from './types.ts'

type Schemas = components['schemas']

export type Account = User & { state: 'active' | 'suspended' }
export type Job = Schemas['JobView']
export type AuditEntry = Schemas['AuditEntryView']
export type AuditAction = AuditEntry['action']

const listUsers = (query: { q?: string; cursor?: string }) =>
  known<Listed<Account>>(api.GET('/api/v1/admin/users', { params: { query } }))

export type UserChange = Sent<'update_user'>

export const updateUser = (id: number, change: UserChange) =>
  known<Account>(api.PATCH('/api/v1/admin/users/{id}', { ...inPath({ id }), body: change }))

const listJobs = (cursor?: string) =>
  body(api.GET('/api/v1/admin/jobs', { params: { query: cursor ? { cursor } : {} } }))

export const retryJob = (id: number) => body(api.POST('/api/v1/admin/jobs/{id}/retry', inPath({ id })))

export const cancelJob = (id: number) => body(api.POST('/api/v1/admin/jobs/{id}/cancel', inPath({ id })))

/** A link with which somebody sets their password: shown once, and good once. */
export const issuePasswordReset = (id: number) =>
  body(api.POST('/api/v1/admin/users/{id}/password-reset', inPath({ id })))

export const resetSecondFactor = (id: number) =>
  body(api.DELETE('/api/v1/admin/users/{id}/second-factor', inPath({ id })))

export type AdminCompetition = Omit<Schemas['AdminCompetitionView'], 'state'> & { state: CompetitionState }

interface CompetitionFilter {
  q?: string
  state?: CompetitionState | undefined
}

export const adminCompetitionsQuery = (filter: CompetitionFilter) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'competitions', filter],
    queryFn: ({ pageParam }) =>
      known<Listed<AdminCompetition>>(
        api.GET('/api/v1/admin/competitions', {
          params: {
            query: given({ ...filter, cursor: pageParam }),
          },
        }),
      ),
    ...paged,
    placeholderData: keepPreviousData,
  })

export const signUps = ['open', 'domains', 'invite', 'closed'] as const
export const creators = ['everybody', 'hosts', 'admins'] as const
export type SettingsDocument = Omit<Schemas['SiteSettingsDocument'], 'sign_up' | 'creators'> & {
  sign_up: (typeof signUps)[number]
  creators: (typeof creators)[number]
}
export type Settings = SettingsDocument &
  Pick<Schemas['SiteSettingsView'], 'fixed' | 'updated_at' | 'updated_by'>

export const settingsQuery = queryOptions({
  queryKey: ['admin', 'settings'],
  queryFn: () => known<Settings>(api.GET('/api/v1/admin/settings')),
})

export const saveSettings = (settings: SettingsDocument) =>
  known<Settings>(api.PUT('/api/v1/admin/settings', { body: settings }))

export const usersQuery = (q: string) =>
  infiniteQueryOptions({
    queryKey: ['admin', 'users', q],
    queryFn: ({ pageParam }) => listUsers(given({ q, cursor: pageParam })),
    ...paged,
    placeholderData: keepPreviousData,
  })

export const jobsQuery = infiniteQueryOptions({
  queryKey: ['admin', 'jobs'],
  queryFn: ({ pageParam }) => listJobs(pageParam || undefined),
  ...paged,
  refetchInterval: 10_000,
})

/** A page of the log of a competition, or without one of the whole site. */
export const listAudit = (slug: string | undefined, cursor?: string) => {
  const query = cursor ? { cursor } : {}
  return body(
    slug === undefined
      ? api.GET('/api/v1/admin/audit', { params: { query } })
      : api.GET('/api/v1/competitions/{slug}/audit', { params: { path: { slug }, query } }),
  )
}

export const auditQuery = (slug: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ['audit', slug ?? ''],
    queryFn: ({ pageParam }) => listAudit(slug, pageParam || undefined),
    ...paged,
  })
