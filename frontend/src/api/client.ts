/** One function an operation, named as in the OpenAPI document; each answers with the body or throws an `ApiProblem`. */
import createClient from 'openapi-fetch'
import { inSite, siteUrl } from '../lib/base-path.ts'
import { ApiProblem, asProblem } from './problem.ts'
import type { operations, paths } from './schema.d.ts'
import type {
  BoardQuery,
  ClosingQuery,
  Competition,
  CompetitionCard,
  Language,
  Listed,
  Submission,
  ThreadFilter,
  Token,
  User,
} from './types.ts'

/** The JSON that an operation takes. */
export type Sent<Operation extends keyof operations> = operations[Operation] extends {
  requestBody: { content: { 'application/json': infer Body } }
}
  ? Body
  : never

export const api = createClient<paths>({
  baseUrl: siteUrl(),
  // openapi-fetch would keep the `fetch` of this moment; tests replace it later.
  fetch: (request) => globalThis.fetch(request),
})

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

export async function body<T>(pending: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await pending.catch((failure: unknown) => {
    throw failure instanceof DOMException && failure.name === 'AbortError' ? failure : asProblem(failure)
  })
  if (!response.ok) {
    throw new ApiProblem(typeof error === 'object' && error ? error : {}, response.status)
  }
  return data as T
}

/** Names the closed sets that the document has as strings; see `types.ts`. */
export const known = <Known>(pending: Promise<Answer<unknown>>) => body(pending) as Promise<Known>

export const inPath = <P extends object>(path: P) => ({ params: { path } })

export const findSite = () => body(api.GET('/api/v1/site'))
export const setUpSite = (setup: Sent<'set_up_site'>) =>
  known<{ user: User }>(api.POST('/api/v1/setup', { body: setup }))
export const findMe = () => known<{ user?: User | null }>(api.GET('/api/v1/me'))
export const updateMe = (change: Sent<'update_me'>) =>
  known<{ user: User }>(api.PATCH('/api/v1/me', { body: change }))
export const changePassword = (change: Sent<'change_password'>) =>
  body(api.POST('/api/v1/me/password', { body: change }))
export const createUser = (user: Sent<'create_user'>) =>
  known<{ user: User; accepted?: { slug: string } | null }>(api.POST('/api/v1/users', { body: user }))
export const createSession = (login: Sent<'create_session'>) =>
  known<{ user: User }>(api.POST('/api/v1/sessions', { body: login }))
export const endCurrentSession = () => body(api.DELETE('/api/v1/sessions/current'))
export const listSessions = () => body(api.GET('/api/v1/me/sessions'))

export const endSession = (id: number) => body(api.DELETE('/api/v1/me/sessions/{id}', inPath({ id })))

export const listTokens = () => known<Listed<Token>>(api.GET('/api/v1/me/tokens'))
export const createToken = (token: Sent<'create_token'>) =>
  known<Token & { token: string }>(api.POST('/api/v1/me/tokens', { body: token }))
export const revokeToken = (id: number) => body(api.DELETE('/api/v1/me/tokens/{id}', inPath({ id })))

export const listCompetitions = (query: { q?: string; state?: string; mine?: boolean; cursor?: string }) =>
  known<Listed<CompetitionCard>>(api.GET('/api/v1/competitions', { params: { query } }))
export const findCompetition = (slug: string) =>
  known<Competition>(api.GET('/api/v1/competitions/{slug}', inPath({ slug })))
export const listPages = (slug: string, language: Language) =>
  body(api.GET('/api/v1/competitions/{slug}/pages', { params: { path: { slug }, query: { language } } }))
/** `competition`: whose pictures the text shows. */
export const previewMarkdown = (markdown: string, signal?: AbortSignal, competition?: string) =>
  body(
    api.POST('/api/v1/markdown', {
      body: { markdown, ...(competition ? { competition } : {}) },
      signal: signal ?? null,
    }),
  )
export const joinCompetition = (slug: string, join: Sent<'join_competition'>) =>
  body(api.POST('/api/v1/competitions/{slug}/join', { ...inPath({ slug }), body: join }))

export const listFiles = (slug: string, query: { folder?: string; cursor?: string }) =>
  body(api.GET('/api/v1/competitions/{slug}/files', { params: { path: { slug }, query } }))
export const previewFile = (slug: string, path: string) =>
  body(
    api.GET('/api/v1/competitions/{slug}/preview/{path}', {
      ...inPath({ slug, path }),
      // The path of a file is several parts of the address: its slashes stay.
      pathSerializer: (template) =>
        template.replace('{slug}', encodeURIComponent(slug)).replace('{path}', inUrl(path)),
    }),
  )

export const listSubmissions = (slug: string, cursor?: string) =>
  known<Listed<Submission>>(
    api.GET('/api/v1/competitions/{slug}/submissions', {
      params: { path: { slug }, query: cursor ? { cursor } : {} },
    }),
  )
export const findSubmission = (id: number) =>
  known<Submission>(api.GET('/api/v1/submissions/{id}', inPath({ id })))
export const withdrawSubmission = (id: number) =>
  known<Submission>(api.POST('/api/v1/submissions/{id}/withdraw', inPath({ id })))

export const findLeaderboard = (slug: string, query: BoardQuery) =>
  body(api.GET('/api/v1/competitions/{slug}/leaderboard', { params: { path: { slug }, query } }))
export const findPrivateLeaderboard = (slug: string, query: ClosingQuery) =>
  body(api.GET('/api/v1/competitions/{slug}/leaderboard/private', { params: { path: { slug }, query } }))
export const searchLeaderboard = (slug: string, q: string, bracket?: string) =>
  body(
    api.GET('/api/v1/competitions/{slug}/leaderboard/search', {
      params: { path: { slug }, query: { q, ...(bracket ? { bracket } : {}) } },
    }),
  )

export const listHistories = (slug: string, teams: readonly number[]) =>
  body(
    api.GET('/api/v1/competitions/{slug}/leaderboard/histories', {
      params: { path: { slug }, query: { teams: teams.join(',') } },
    }),
  )
export const findDistribution = (slug: string) =>
  body(api.GET('/api/v1/competitions/{slug}/leaderboard/distribution', inPath({ slug })))
export const listWriteUps = (slug: string) =>
  body(api.GET('/api/v1/competitions/{slug}/write-ups', inPath({ slug })))

/** `bracket`: with the rank among its teams. */
export const findMyStanding = (slug: string, bracket?: string) =>
  body(
    api.GET('/api/v1/competitions/{slug}/leaderboard/mine', {
      params: { path: { slug }, query: bracket ? { bracket } : {} },
    }),
  )

export const listThreads = (slug: string, query: ThreadFilter & { cursor?: string }) =>
  body(api.GET('/api/v1/competitions/{slug}/threads', { params: { path: { slug }, query } }))
export const createThread = (slug: string, thread: Sent<'create_thread'>) =>
  body(api.POST('/api/v1/competitions/{slug}/threads', { ...inPath({ slug }), body: thread }))
export const findThread = (id: number) => body(api.GET('/api/v1/threads/{id}', inPath({ id })))
export const updateThread = (id: number, change: Sent<'update_thread'>) =>
  body(api.PATCH('/api/v1/threads/{id}', { ...inPath({ id }), body: change }))
export const deleteThread = (id: number) => body(api.DELETE('/api/v1/threads/{id}', inPath({ id })))
export const listPosts = (id: number, cursor?: string) =>
  body(api.GET('/api/v1/threads/{id}/posts', { params: { path: { id }, query: cursor ? { cursor } : {} } }))
export const createPost = (id: number, post: Sent<'create_post'>) =>
  body(api.POST('/api/v1/threads/{id}/posts', { ...inPath({ id }), body: post }))
export const updatePost = (id: number, change: Sent<'update_post'>) =>
  body(api.PATCH('/api/v1/posts/{id}', { ...inPath({ id }), body: change }))
export const voteForPost = (id: number) => body(api.PUT('/api/v1/posts/{id}/vote', inPath({ id })))

export const takeVoteBack = (id: number) => body(api.DELETE('/api/v1/posts/{id}/vote', inPath({ id })))

export const acceptAnswer = (id: number, accepted: Sent<'accept_answer'>) =>
  body(api.PUT('/api/v1/threads/{id}/accepted', { ...inPath({ id }), body: accepted }))

export const searchThreads = (slug: string, q: string) =>
  body(api.GET('/api/v1/competitions/{slug}/search', { params: { path: { slug }, query: { q } } }))

export const deletePost = (id: number) => body(api.DELETE('/api/v1/posts/{id}', inPath({ id })))

/** The address of a data file: each part encoded, the slashes kept. */
export function inUrl(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/')
}

export type BoardForm = 'csv' | 'excel' | 'json'

/** Addresses that the browser itself follows: downloads, pictures. */
export const urls = {
  file: (slug: string, path: string) => inSite(`/api/v1/competitions/${slug}/files/${inUrl(path)}`),
  thumbnail: (slug: string, path: string) => inSite(`/api/v1/competitions/${slug}/thumbnails/${inUrl(path)}`),
  archive: (slug: string) => inSite(`/api/v1/competitions/${slug}/archive.zip`),
  /** A whole board as a file. Excel knows UTF-8 by a mark at its start. */
  leaderboard: (slug: string, name: { board: 'public' | 'private'; bracket?: string }, form: BoardForm) => {
    const query = new URLSearchParams({
      ...(name.bracket ? { bracket: name.bracket } : {}),
      ...(form === 'excel' ? { bom: 'true' } : {}),
    }).toString()
    const file = `${name.board === 'private' ? '/private' : ''}.${form === 'json' ? 'json' : 'csv'}`
    return inSite(`/api/v1/competitions/${slug}/leaderboard${file}${query && `?${query}`}`)
  },
  events: (slug: string) => inSite(`/api/v1/competitions/${slug}/events`),
  submissions: (slug: string) => inSite(`/api/v1/competitions/${slug}/submissions`),
  submissionFile: (id: number) => inSite(`/api/v1/submissions/${id}/file`),
}
