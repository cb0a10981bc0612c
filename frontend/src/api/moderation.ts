/** Pictures in posts, reports of posts, what hosts do about them, and what posts said before. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, body, inPath, type Sent } from './client.ts'
import { paged } from './paging.ts'
import type { components } from './schema.d.ts'

export type Report = components['schemas']['ReportView']

/** A picture for a post; the answer says how to write it in Markdown. */
export const uploadPostImage = (slug: string, picture: Blob) =>
  body(
    api.POST('/api/v1/competitions/{slug}/post-images', {
      ...inPath({ slug }),
      body: picture as never,
      bodySerializer: (sent: unknown) => sent as Blob,
      headers: { 'content-type': 'application/octet-stream' },
    }),
  )

export const reportPost = (id: number, report: Sent<'report_post'>) =>
  body(api.POST('/api/v1/posts/{id}/reports', { ...inPath({ id }), body: report }))

/** Hides a post or shows it again, and so decides its reports. */
export const moderatePost = (id: number, wish: Sent<'moderate_post'>) =>
  body(api.PUT('/api/v1/posts/{id}/moderation', { ...inPath({ id }), body: wish }))

export const versionsQuery = (post: number) =>
  queryOptions({
    queryKey: ['post-versions', post],
    queryFn: () => body(api.GET('/api/v1/posts/{id}/versions', inPath({ id: post }))),
  })

/** What was reported, the newest first; `all` with what is decided already. */
export const reportsQuery = (slug: string, all: boolean) =>
  infiniteQueryOptions({
    queryKey: ['reports', slug, all],
    queryFn: ({ pageParam }) =>
      body(
        api.GET('/api/v1/competitions/{slug}/reports', {
          params: { path: { slug }, query: { all, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    ...paged,
  })
