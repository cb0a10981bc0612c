import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { Post } from '../../api/types.ts'
import * as fixtures from '../../testing/fixtures/discussion.ts'
import { http, problem } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

const address = '/competitions/solar-cells/discussion'

test('a reply appears under the thread and its draft is gone', async () => {
  let posts: Post[] = fixtures.posts
  const [, , own] = fixtures.posts
  if (!own) throw new Error('the fixture has no post of the reader')
  server.use(
    http.get('/api/v1/threads/{id}/posts', ({ response }) =>
      response(200).json({ items: posts, next: null }),
    ),
    http.post('/api/v1/threads/{id}/posts', async ({ request, response }) => {
      const { markdown } = await request.json()
      const post = { ...own, id: 99, markdown, html: `<p>${markdown}</p>` }
      posts = [...posts, post]
      return response(201).json(post)
    }),
  )
  const { user } = await renderApp(`${address}/2`)
  const reply = await screen.findByRole('textbox', { name: 'Reply' })
  await user.type(reply, 'Mixup helped too.')
  expect(localStorage.getItem('podium:draft:reply:2:')).toBe('Mixup helped too.')
  await user.keyboard('{Control>}{Enter}{/Control}')
  expect(await screen.findByText('Mixup helped too.', { selector: 'p' })).toBeVisible()
  expect(reply).toHaveValue('')
  expect(localStorage.getItem('podium:draft:reply:2:')).toBeNull()
})

test('what was written stays when posting fails', async () => {
  server.use(http.post('/api/v1/threads/{id}/posts', () => problem('thread_locked', 409) as never))
  const { user } = await renderApp(`${address}/2`)
  await user.type(await screen.findByRole('textbox', { name: 'Reply' }), 'Hello')
  await user.click(screen.getByRole('button', { name: 'Post reply' }))
  expect(await screen.findByText(/Your text is kept here/)).toBeVisible()
  expect(screen.getByRole('textbox', { name: 'Reply' })).toHaveValue('Hello')
})

test('the preview is rendered by the server', async () => {
  const { user } = await renderApp(`${address}/new`)
  await user.type(await screen.findByRole('textbox', { name: 'Text' }), 'A formula')
  await user.click(screen.getByText('Preview', { exact: true }))
  expect(await screen.findByText('A formula', { selector: 'p' })).toBeVisible()
})

test('only own posts can be changed, and deleting asks first', async () => {
  server.use(http.delete('/api/v1/posts/{id}', ({ response }) => response(204).empty()))
  const { user } = await renderApp(`${address}/2`)
  const own = (await screen.findByText('Thanks, that worked for me.')).closest('article') as HTMLElement
  const other = screen.getByText(/Colour jitter/).closest('article') as HTMLElement
  expect(within(other).queryByRole('button', { name: 'Delete' })).toBeNull()
  await user.click(within(own).getByRole('button', { name: 'Delete' }))
  expect(await screen.findByRole('alertdialog', { name: 'Delete this post?' })).toBeVisible()
})

test('an empty discussion invites the first thread', async () => {
  server.use(
    http.get('/api/v1/competitions/{slug}/threads', ({ response }) =>
      response(200).json({ items: [], next: null }),
    ),
  )
  await renderApp(address)
  expect(await screen.findByText(/Ask the first question/)).toBeVisible()
  expect(screen.getByRole('link', { name: 'New thread' })).toBeVisible()
})
