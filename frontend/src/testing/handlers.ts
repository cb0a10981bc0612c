/** Answers of a server in the state of `fixtures/`, typed by the API. Tests override single ones. */
import { HttpResponse, http as plain } from 'msw'
import { createOpenApiHttp } from 'openapi-msw'
import type { components, paths } from '../api/schema.d.ts'
import * as accountsFixtures from './fixtures/accounts.ts'
import * as boardFixtures from './fixtures/board.ts'
import * as competitionFixtures from './fixtures/competition.ts'
import * as dataFixtures from './fixtures/data.ts'
import * as discussionFixtures from './fixtures/discussion.ts'
import * as submissionsFixtures from './fixtures/submissions.ts'
import * as teamsFixtures from './fixtures/teams.ts'

/** Typed by the OpenAPI document: a path or an answer that it does not know does not compile. */
export const http = createOpenApiHttp<paths>({ baseUrl: '*' })

/** A problem as the server writes it. */
export function problem(
  code: components['schemas']['Code'],
  status: number,
  more: { errors?: components['schemas']['Fault'][]; [extra: string]: unknown } = {},
) {
  const body = {
    type: `/docs/errors#${code}`,
    title: code,
    status,
    code,
    detail: '',
    request_id: 'r-1',
    ...more,
  }
  return HttpResponse.json(body, { status, headers: { 'content-type': 'application/problem+json' } })
}

// A grey square with a darker corner: thumbnails without a file.
const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#777"/><path d="M0 0h3L0 5z" fill="#333"/><path d="M2 0v8M5 0v8" stroke="#999" stroke-width=".2"/></svg>`

export const handlers = [
  http.get('/api/v1/site', ({ response }) => response(200).json(accountsFixtures.site)),
  http.get('/api/v1/me', ({ response }) => response(200).json({ user: accountsFixtures.user })),
  http.patch('/api/v1/me', ({ response }) => response(200).json({ user: accountsFixtures.user })),
  http.get('/api/v1/me/notifications', ({ response }) => response(200).json(accountsFixtures.notifications)),
  http.get('/api/v1/me/agreements', ({ response }) =>
    response(200).json({ items: accountsFixtures.agreements }),
  ),
  http.get('/api/v1/me/invites', ({ response }) => response(200).json({ items: [] })),
  http.get('/api/v1/me/mail-settings', ({ response }) => response(200).json(accountsFixtures.mailSettings)),
  http.get('/api/v1/privacy-notice', ({ response }) => response(200).json({ html: null, sha256: null })),
  http.get('/api/v1/competitions/{slug}/team', ({ response }) => response(200).json(teamsFixtures.team)),
  http.get('/api/v1/competitions/{slug}/teams/looking', ({ response }) =>
    response(200).json({ items: teamsFixtures.lookingTeams }),
  ),
  http.get('/api/v1/people/{name}', ({ response }) => response(200).json(accountsFixtures.person)),
  http.get('/api/v1/me/second-factor', ({ response }) =>
    response(200).json({ is_set_up: false, is_required: false, recovery_codes_left: 0 }),
  ),
  http.get('/api/v1/competitions/{slug}/finals', ({ response }) =>
    response(200).json(submissionsFixtures.finals),
  ),
  http.get('/api/v1/me/sessions', ({ response }) => response(200).json({ items: accountsFixtures.sessions })),
  http.get('/api/v1/competitions/{slug}/leaderboard/search', ({ query, response }) => {
    const q = query.get('q')?.toLowerCase() ?? ''
    const items = boardFixtures.boardPage(1, 100).items.filter(({ team }) => team.toLowerCase().includes(q))
    return response(200).json({ items: items.slice(0, 20) })
  }),
  http.get('/api/v1/me/tokens', ({ response }) => response(200).json({ items: [] })),
  http.get('/api/v1/competitions', ({ query, response }) => {
    const q = query.get('q')?.toLowerCase()
    const state = query.get('state')
    const items = competitionFixtures.cards.filter(
      (card) =>
        (query.get('mine') !== 'true' || card.joined) &&
        (!state || card.state === state) &&
        (!q || card.title.en.toLowerCase().includes(q)),
    )
    return response(200).json({ items, next: null })
  }),
  http.get('/api/v1/competitions/{slug}', ({ response }) =>
    response(200).json(competitionFixtures.competition),
  ),
  http.get('/api/v1/competitions/{slug}/pages', ({ response }) =>
    response(200).json({ items: competitionFixtures.pages }),
  ),
  http.get('/api/v1/competitions/{slug}/files', ({ query, response }) => {
    const items = query.get('folder') === 'images' ? dataFixtures.imageFiles : dataFixtures.rootFiles
    return response(200).json({ items, next: null, total_files: 2_628, total_bytes: 88_076_650 })
  }),
  // 204 tells an event stream not to connect again.
  plain.get('*/api/v1/competitions/:slug/events', () => new HttpResponse(null, { status: 204 })),
  plain.get('*/api/v1/competitions/:slug/preview/*', () => HttpResponse.json(dataFixtures.preview)),
  plain.get('*/api/v1/competitions/:slug/thumbnails/*', () => svg()),
  plain.get('*/api/v1/competitions/:slug/files/*', () => svg()),
  http.get('/api/v1/competitions/{slug}/submissions', ({ response }) =>
    response(200).json({ items: submissionsFixtures.submissions, next: null }),
  ),
  http.get('/api/v1/submissions/{id}', ({ response }) => response(200).json(submissionsFixtures.scored)),
  http.get('/api/v1/competitions/{slug}/leaderboard', ({ query, response }) => {
    const limit = Number(query.get('limit') ?? 50)
    const around = query.get('around')
    const from = around
      ? Math.max(1, Number(around) - Math.floor(limit / 2))
      : Number(query.get('cursor') ?? 1)
    return response(200).json(boardFixtures.boardPage(from, limit))
  }),
  http.get('/api/v1/competitions/{slug}/leaderboard/mine', ({ response }) =>
    response(200).json({ standing: boardFixtures.myStanding, teams: 4_213 }),
  ),
  http.get('/api/v1/competitions/{slug}/leaderboard/histories', ({ query, response }) => {
    const teams = (query.get('teams') ?? '').split(',').map(Number)
    return response(200).json({ items: teams.map(boardFixtures.history) })
  }),
  http.get('/api/v1/competitions/{slug}/leaderboard/distribution', ({ response }) =>
    response(200).json({ bins: boardFixtures.scoreBins }),
  ),
  http.get('/api/v1/competitions/{slug}/leaderboard/private', ({ query, response }) =>
    response(200).json(
      boardFixtures.closingPage(Number(query.get('cursor') ?? 0), Number(query.get('limit') ?? 50)),
    ),
  ),
  http.get('/api/v1/competitions/{slug}/write-ups', ({ response }) =>
    response(200).json({ items: [{ team_id: 1001, thread_id: 2, title: 'How we won', votes: 9 }] }),
  ),
  http.get('/api/v1/competitions/{slug}/threads', ({ response }) =>
    response(200).json({ items: discussionFixtures.threads, next: null }),
  ),
  http.get('/api/v1/threads/{id}', ({ response }) =>
    response(200).json(discussionFixtures.threads[1] as never),
  ),
  http.get('/api/v1/threads/{id}/posts', ({ response }) =>
    response(200).json({ items: discussionFixtures.posts, next: null }),
  ),
  http.post('/api/v1/markdown', async ({ request, response }) => {
    const { markdown } = await request.json()
    return response(200).json({ html: `<p>${markdown.replace(/[<&]/g, '')}</p>` })
  }),
]

function svg() {
  return new HttpResponse(picture, { headers: { 'content-type': 'image/svg+xml' } })
}
