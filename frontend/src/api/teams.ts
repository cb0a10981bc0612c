/** One's team, the teams around it, and the invitations that lead into teams, competitions and among hosts. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, inPath, known, type Sent } from './client.ts'
import type { components } from './schema.d.ts'

type Schemas = components['schemas']

export type Outlook = Schemas['OutlookView']
export type Merge = Schemas['MergeView']
export type TeamInvite = Schemas['InviteView']
export type MyTeam = Omit<Schemas['MyTeamView'], 'role'> & { role: 'leader' | 'member' }
export type Offer = Omit<Schemas['OfferView'], 'kind'> & { kind: 'team' | 'participant' | 'host' }
type Accepted = Omit<Schemas['AcceptedView'], 'kind'> & Pick<Offer, 'kind'>

const findMyTeam = (slug: string) =>
  known<MyTeam>(api.GET('/api/v1/competitions/{slug}/team', inPath({ slug })))

export const updateMyTeam = (slug: string, change: Sent<'update_my_team'>) =>
  known<MyTeam>(api.PATCH('/api/v1/competitions/{slug}/team', { ...inPath({ slug }), body: change }))

export const leaveTeam = (slug: string) =>
  body(api.POST('/api/v1/competitions/{slug}/team/leave', inPath({ slug })))

export const createTeamInvite = (slug: string, invite: Sent<'create_team_invite'>) =>
  body(api.POST('/api/v1/competitions/{slug}/team/invites', { ...inPath({ slug }), body: invite }))

export const revokeTeamInvite = (slug: string, id: number) =>
  body(api.DELETE('/api/v1/competitions/{slug}/team/invites/{id}', inPath({ slug, id })))

const previewMerge = (slug: string, team: string) =>
  body(
    api.GET('/api/v1/competitions/{slug}/team/merges/preview', {
      params: { path: { slug }, query: { team } },
    }),
  )

export const createMerge = (slug: string, team: string) =>
  body(api.POST('/api/v1/competitions/{slug}/team/merges', { ...inPath({ slug }), body: { team } }))

export const acceptMerge = (slug: string, id: number) =>
  body(api.POST('/api/v1/competitions/{slug}/team/merges/{id}/accept', inPath({ slug, id })))

export const refuseMerge = (slug: string, id: number) =>
  body(api.POST('/api/v1/competitions/{slug}/team/merges/{id}/refuse', inPath({ slug, id })))

const listLookingTeams = (slug: string) =>
  body(api.GET('/api/v1/competitions/{slug}/teams/looking', inPath({ slug })))

const listMyInvites = () => known<{ items: Offer[] }>(api.GET('/api/v1/me/invites'))

export const acceptInvite = (id: number) =>
  known<Accepted>(api.POST('/api/v1/me/invites/{id}/accept', inPath({ id })))

export const declineInvite = (id: number) => body(api.POST('/api/v1/me/invites/{id}/decline', inPath({ id })))

const lookAtInvite = (token: string) => known<Offer>(api.POST('/api/v1/invites/look', { body: { token } }))

export const acceptInviteLink = (token: string) =>
  known<Accepted>(api.POST('/api/v1/invites/accept', { body: { token } }))

export const myTeamQuery = (slug: string) =>
  queryOptions({ queryKey: ['team', slug], queryFn: () => findMyTeam(slug) })

export const lookingTeamsQuery = (slug: string) =>
  queryOptions({ queryKey: ['team', slug, 'looking'], queryFn: () => listLookingTeams(slug) })

/** What it would mean to take a team in; asked anew each time, because both teams go on sending entries. */
export const mergePreviewQuery = (slug: string, team: string) =>
  queryOptions({
    queryKey: ['team', slug, 'merge', team],
    queryFn: () => previewMerge(slug, team),
    enabled: team !== '',
    staleTime: 0,
  })

export const myInvitesQuery = queryOptions({ queryKey: ['invites'], queryFn: listMyInvites })

export const inviteLinkQuery = (token: string) =>
  queryOptions({ queryKey: ['invites', token], queryFn: () => lookAtInvite(token), staleTime: 0 })
