/** What one was told. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, body } from './client.ts'
import { paged } from './paging.ts'
import type { components } from './schema.d.ts'

export type Notification = components['schemas']['NotificationView']

export const listNotifications = (cursor?: string) =>
  body(api.GET('/api/v1/me/notifications', { params: { query: cursor ? { cursor } : {} } }))

export const markNotificationsRead = (which: { id: number } | { up_to: number }) =>
  body(api.POST('/api/v1/me/notifications/read', { body: which }))

/** Asked for again each minute: a stream of its own would take one of the browser's six connections. */
export const notificationsQuery = infiniteQueryOptions({
  queryKey: ['notifications'],
  queryFn: ({ pageParam }) => listNotifications(pageParam || undefined),
  ...paged,
  refetchInterval: 60_000,
})
