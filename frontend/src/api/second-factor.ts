/** The second factor of one's account, and asking for the password once more before it changes. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, type Sent } from './client.ts'

export const findSecondFactor = () => body(api.GET('/api/v1/me/second-factor'))

export const beginSecondFactor = () => body(api.POST('/api/v1/me/second-factor'))

export const confirmSecondFactor = (code: Sent<'confirm_second_factor'>) =>
  body(api.POST('/api/v1/me/second-factor/confirm', { body: code }))

export const renewRecoveryCodes = () => body(api.POST('/api/v1/me/second-factor/recovery-codes'))

export const removeSecondFactor = () => body(api.DELETE('/api/v1/me/second-factor'))

export const confirmMe = (proof: Sent<'confirm_me'>) => body(api.POST('/api/v1/me/confirm', { body: proof }))

export const requestPasswordReset = (request: Sent<'request_password_reset'>) =>
  body(api.POST('/api/v1/password-resets', { body: request }))

export const redeemPasswordReset = (reset: Sent<'redeem_password_reset'>) =>
  body(api.POST('/api/v1/password-resets/redeem', { body: reset }))

export const secondFactorQuery = queryOptions({ queryKey: ['second-factor'], queryFn: findSecondFactor })
