/** The links that letters carry. */
import { api, body } from './client.ts'

export const verifyEmail = (token: string) =>
  body(api.POST('/api/v1/email-verifications', { body: { token } }))

export const unsubscribe = (token: string) =>
  body(api.POST('/api/v1/mail/unsubscribe', { params: { query: { token } } }))
