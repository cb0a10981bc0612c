/** Operations of a competition that runs: people, teams, entries, and what hosts decide about them. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { inSite } from '../lib/base-path.ts'
import { api, body, inPath, known, type Sent } from './client.ts'
import { given, paged } from './paging.ts'
import type { components } from './schema.d.ts'
import type { Listed, Submission, SubmissionState } from './types.ts'

type Schemas = components['schemas']

export type ParticipantState = 'invited' | 'asked' | 'joined' | 'declined' | 'left' | 'removed'
export type Participant = Omit<Schemas['ParticipantView'], 'state'> & { state: ParticipantState }
export type Decision = 'approve' | 'decline' | 'remove' | 'readmit'
export type HostTeam = Schemas['HostTeamView']
export type Grant = Schemas['GrantView']
export type HostRole = 'owner' | 'host' | 'moderator'
export type HostPerson = Omit<Schemas['HostView'], 'role'> & { role: HostRole }
export type Entry = Omit<Schemas['EntryView'], 'entry'> & { entry: Submission }

// --- People ---

interface ParticipantFilter {
  state?: ParticipantState | undefined
  q?: string
}

const listParticipants = (slug: string, query: ParticipantFilter & { cursor?: string }) =>
  known<Listed<Participant>>(
    api.GET('/api/v1/competitions/{slug}/participants', {
      params: { path: { slug }, query: given(query) },
    }),
  )

export const participantsQuery = (slug: string, filter: ParticipantFilter) =>
  infiniteQueryOptions({
    queryKey: ['participants', slug, filter],
    queryFn: ({ pageParam }) => listParticipants(slug, { ...filter, cursor: pageParam }),
    ...paged,
    placeholderData: keepPreviousData,
  })

export const decideParticipant = (slug: string, id: number, decision: Decision, reason: string) =>
  body(
    api.POST('/api/v1/competitions/{slug}/participants/{id}/{decision}', {
      ...inPath({ slug, id, decision }),
      body: { reason },
    }),
  )

export const invitePeople = (slug: string, people: Sent<'invite_people'>) =>
  body(api.POST('/api/v1/competitions/{slug}/participants/invites', { ...inPath({ slug }), body: people }))

export const createInviteLink = (slug: string, link: Sent<'create_competition_invite'>) =>
  body(api.POST('/api/v1/competitions/{slug}/invites', { ...inPath({ slug }), body: link }))

export const revokeInvite = (slug: string, id: number) =>
  body(api.DELETE('/api/v1/competitions/{slug}/invites/{id}', inPath({ slug, id })))

export const invitesQuery = (slug: string) =>
  queryOptions({
    queryKey: ['invites', slug],
    queryFn: () => body(api.GET('/api/v1/competitions/{slug}/invites', inPath({ slug }))),
  })

/** Sends a roster; the answer is the CSV of links, which is there only once. */
export const createRoster = (slug: string, file: Blob) =>
  known<string>(
    api.POST('/api/v1/competitions/{slug}/roster', {
      ...inPath({ slug }),
      body: file as never,
      bodySerializer: () => file,
      headers: { 'content-type': 'text/csv' },
      parseAs: 'text',
    }),
  )

// --- Teams ---

interface TeamFilter {
  q?: string
  bracket?: string
  disqualified?: boolean | undefined
}

export const teamsQuery = (slug: string, filter: TeamFilter) =>
  queryOptions({
    queryKey: ['host-teams', slug, filter],
    queryFn: () =>
      body(
        api.GET('/api/v1/competitions/{slug}/teams', {
          params: { path: { slug }, query: given(filter) },
        }),
      ),
    placeholderData: keepPreviousData,
  })

export const updateTeam = (slug: string, id: number, change: Sent<'update_team'>) =>
  body(api.PATCH('/api/v1/competitions/{slug}/teams/{id}', { ...inPath({ slug, id }), body: change }))

export const disqualifyTeam = (slug: string, id: number, reason: string) =>
  body(
    api.POST('/api/v1/competitions/{slug}/teams/{id}/disqualify', {
      ...inPath({ slug, id }),
      body: { reason },
    }),
  )

export const reinstateTeam = (slug: string, id: number, reason: string) =>
  body(
    api.POST('/api/v1/competitions/{slug}/teams/{id}/reinstate', {
      ...inPath({ slug, id }),
      body: { reason },
    }),
  )

export const createGrant = (slug: string, id: number, grant: Sent<'create_grant'>) =>
  body(api.POST('/api/v1/competitions/{slug}/teams/{id}/grants', { ...inPath({ slug, id }), body: grant }))

export const revokeGrant = (slug: string, id: number, grant: number) =>
  body(api.DELETE('/api/v1/competitions/{slug}/teams/{id}/grants/{grant}', inPath({ slug, id, grant })))

// --- Hosts ---

export const hostsQuery = (slug: string) =>
  queryOptions({
    queryKey: ['hosts', slug],
    queryFn: () =>
      known<{ items: HostPerson[]; may_change: boolean }>(
        api.GET('/api/v1/competitions/{slug}/hosts', inPath({ slug })),
      ),
  })

export const inviteHost = (slug: string, host: Sent<'invite_host'>) =>
  body(api.POST('/api/v1/competitions/{slug}/hosts', { ...inPath({ slug }), body: host }))

export const updateHost = (slug: string, id: number, role: HostRole) =>
  body(api.PATCH('/api/v1/competitions/{slug}/hosts/{id}', { ...inPath({ slug, id }), body: { role } }))

export const removeHost = (slug: string, id: number) =>
  body(api.DELETE('/api/v1/competitions/{slug}/hosts/{id}', inPath({ slug, id })))

// --- Entries and downloads ---

export interface EntryFilter {
  team?: number | undefined
  state?: SubmissionState | undefined
  late?: boolean | undefined
}

export const entriesQuery = (slug: string, filter: EntryFilter) =>
  infiniteQueryOptions({
    queryKey: ['entries', slug, filter],
    queryFn: ({ pageParam }) =>
      known<Listed<Entry>>(
        api.GET('/api/v1/competitions/{slug}/entries', {
          params: { path: { slug }, query: given({ ...filter, cursor: pageParam }) },
        }),
      ),
    ...paged,
    placeholderData: keepPreviousData,
  })

export const scoresQuery = (id: number) =>
  queryOptions({
    queryKey: ['scores', id],
    queryFn: () => body(api.GET('/api/v1/submissions/{id}/scores', inPath({ id }))),
  })

/** How scoring does; asked again while the page is open. */
export const queueQuery = (slug: string) =>
  queryOptions({
    queryKey: ['queue', slug],
    queryFn: () => body(api.GET('/api/v1/competitions/{slug}/queue', inPath({ slug }))),
    refetchInterval: 10_000,
  })

export const downloadsQuery = (slug: string, user: number | undefined) =>
  infiniteQueryOptions({
    queryKey: ['downloads', slug, user ?? 0],
    queryFn: ({ pageParam }) =>
      body(
        api.GET('/api/v1/competitions/{slug}/downloads', {
          params: { path: { slug }, query: given({ user, cursor: pageParam }) },
        }),
      ),
    ...paged,
    placeholderData: keepPreviousData,
  })

/** Addresses that the browser itself follows. */
export const deskUrls = {
  entriesZip: (slug: string, filter: EntryFilter = {}) => {
    const words = Object.entries(given(filter)).map(([name, value]) => [name, String(value)])
    const query = new URLSearchParams(words as string[][]).toString()
    return inSite(`/api/v1/competitions/${slug}/entries.zip${query && `?${query}`}`)
  },
  privateCsv: (slug: string, bom: boolean) =>
    inSite(`/api/v1/competitions/${slug}/leaderboard/private.csv${bom ? '?bom=true' : ''}`),
  participantsCsv: (slug: string, bom: boolean) =>
    inSite(`/api/v1/competitions/${slug}/participants.csv${bom ? '?bom=true' : ''}`),
  publicCsv: (slug: string, bom: boolean) =>
    inSite(`/api/v1/competitions/${slug}/leaderboard.csv${bom ? '?bom=true' : ''}`),
  publicJson: (slug: string) => inSite(`/api/v1/competitions/${slug}/leaderboard.json`),
  closingArchive: (slug: string) => inSite(`/api/v1/competitions/${slug}/closing-archive.zip`),
}
