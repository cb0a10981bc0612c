/** One's mail: the links that letters carry, proving the address, and what is sent. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, type Sent } from './client.ts'

export const verifyEmail = (token: string) =>
  body(api.POST('/api/v1/email-verifications', { body: { token } }))

export const unsubscribe = (token: string) =>
  body(api.POST('/api/v1/mail/unsubscribe', { params: { query: { token } } }))

export const requestVerification = () => body(api.POST('/api/v1/me/email/verification'))

const listMailSettings = () => body(api.GET('/api/v1/me/mail-settings'))

export const updateMailSettings = (choice: Sent<'update_mail_settings'>) =>
  body(api.PATCH('/api/v1/me/mail-settings', { body: choice }))

export const mailSettingsQuery = queryOptions({ queryKey: ['mail-settings'], queryFn: listMailSettings })
