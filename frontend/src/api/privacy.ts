/** What one agreed to, a copy of one's data, and leaving. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, inPath, type Sent } from './client.ts'
import type { components } from './schema.d.ts'

export type Agreement = components['schemas']['AgreementView']

const findPrivacyNotice = () => body(api.GET('/api/v1/privacy-notice'))

const listAgreements = () => body(api.GET('/api/v1/me/agreements'))

export const agreeToPrivacyNotice = (sha256: string) =>
  body(api.POST('/api/v1/me/agreements/privacy', { body: { sha256 } }))

export const agreeToDataAgreement = (slug: string, sha256: string) =>
  body(api.POST('/api/v1/competitions/{slug}/data-agreement', { ...inPath({ slug }), body: { sha256 } }))

export const agreeToRules = (slug: string, sha256: string) =>
  body(api.POST('/api/v1/competitions/{slug}/rules-agreement', { ...inPath({ slug }), body: { sha256 } }))

/** A ZIP of everything; the server wants the password within the last 15 minutes. */
export const exportOwnData = () => body(api.POST('/api/v1/me/export', { parseAs: 'blob' })) as Promise<Blob>

export const deleteMe = (proof: Sent<'delete_me'>) => body(api.DELETE('/api/v1/me', { body: proof }))

export const privacyNoticeQuery = queryOptions({
  queryKey: ['privacy-notice'],
  queryFn: findPrivacyNotice,
  staleTime: 300_000,
})

export const agreementsQuery = queryOptions({ queryKey: ['agreements'], queryFn: listAgreements })
