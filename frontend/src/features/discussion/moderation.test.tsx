import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import * as boardFixtures from '../../testing/fixtures/board.ts'
import * as competitionFixtures from '../../testing/fixtures/competition.ts'
import { http } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

const address = '/competitions/solar-cells/discussion'
const post = async (text: RegExp | string) =>
  (await screen.findByText(text)).closest('article') as HTMLElement
const asHost = () =>
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) =>
      response(200).json({ ...competitionFixtures.competition, is_host: true }),
    ),
  )

test('a report says why, and only posts of others can be reported', async () => {
  let reason = ''
  server.use(
    http.post('/api/v1/posts/{id}/reports', async ({ request, response }) => {
      reason = (await request.json()).reason
      return response(204).empty()
    }),
  )
  const { user } = await renderApp(`${address}/2`)
  const own = await post('Thanks, that worked for me.')
  expect(within(own).queryByRole('button', { name: 'Report' })).toBeNull()
  await user.click(within(await post(/Colour jitter/)).getByRole('button', { name: 'Report' }))
  const dialog = await screen.findByRole('dialog', { name: 'Report the post of Ada' })
  await user.click(within(dialog).getByRole('button', { name: 'Report' }))
  expect(within(dialog).getByText('Fill this in.')).toBeVisible()
  await user.type(within(dialog).getByLabelText('What is wrong with it?'), 'Shares test labels')
  await user.click(within(dialog).getByRole('button', { name: 'Report' }))
  expect(await within(dialog).findByText('The hosts have been told.')).toBeVisible()
  expect(reason).toBe('Shares test labels')
})

test('an edited post shows which words were taken out and put in', async () => {
  server.use(
    http.get('/api/v1/posts/{id}/versions', ({ response }) =>
      response(200).json({
        items: [
          {
            html: '<p>Rotations by 45° are safe too, see <code>transforms.py</code>.</p>',
            editor: 'Sora',
            replaced_at: new Date().toISOString(),
          },
        ],
      }),
    ),
  )
  const { user } = await renderApp(`${address}/2`)
  await user.click(within(await post(/Rotations by 90/)).getByRole('button', { name: /^edited/ }))
  const dialog = await screen.findByRole('dialog', { name: 'Edits of this post' })
  expect((await within(dialog).findByText('45°', { exact: false, selector: 'del' })).tagName).toBe('DEL')
  expect(within(dialog).getByText('90°', { exact: false, selector: 'ins' })).toBeVisible()
})

test('replies can be folded away', async () => {
  const { user } = await renderApp(`${address}/2`)
  await post(/Rotations by 90/)
  await user.click(screen.getByRole('button', { name: 'Hide 1 reply' }))
  expect(screen.queryByText(/Rotations by 90/)).toBeNull()
  await user.click(screen.getByRole('button', { name: 'Show 1 reply' }))
  expect(screen.getByText(/Rotations by 90/)).toBeVisible()
})

test('a host hides a post instead of reporting it', async () => {
  asHost()
  let hidden: boolean | undefined
  server.use(
    http.put('/api/v1/posts/{id}/moderation', async ({ request, response }) => {
      hidden = (await request.json()).is_hidden
      return response(204).empty()
    }),
  )
  const { user } = await renderApp(`${address}/2`)
  const other = await post(/Colour jitter/)
  expect(within(other).queryByRole('button', { name: 'Report' })).toBeNull()
  await user.click(await within(other).findByRole('button', { name: 'Hide' }))
  await expect.poll(() => hidden).toBe(true)
})

test('a host decides what was reported', async () => {
  asHost()
  const report = {
    id: 1,
    reporter: 'Ada',
    reason: 'Shares test labels',
    created_at: new Date().toISOString(),
    post_id: 12,
    html: '<p>The labels are here.</p>',
    is_hidden: false,
    thread_id: 2,
    thread_title: 'Which augmentation helped you?',
    decision: null,
  }
  let items = [report]
  server.use(
    http.get('/api/v1/competitions/{slug}/reports', ({ response }) =>
      response(200).json({ items, next: null }),
    ),
    http.put('/api/v1/posts/{id}/moderation', ({ response }) => {
      items = []
      return response(204).empty()
    }),
  )
  const { user } = await renderApp(`${address}/reports`)
  expect(await screen.findByText('Shares test labels')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Keep it' }))
  expect(await screen.findByText('No reports')).toBeVisible()
})

test('a pasted picture is uploaded and stands in the text', async () => {
  server.use(
    http.post('/api/v1/competitions/{slug}/post-images', ({ response }) =>
      response(201).json({ markdown: '![](post-images/abc)', url: '/x', width: 4, height: 3 }),
    ),
  )
  const { user } = await renderApp(`${address}/2`)
  const reply = await screen.findByRole('textbox', { name: 'Reply' })
  await user.type(reply, 'Look:')
  await user.upload(
    screen.getAllByLabelText('Add a picture')[0] as HTMLElement,
    new File(['picture'], 'loss [curve].png', { type: 'image/png' }),
  )
  await expect
    .poll(() => (reply as HTMLTextAreaElement).value)
    .toBe('Look:\n![loss  curve ](post-images/abc)\n')
})

test('a name that is being typed is offered and taken by Enter', async () => {
  const { user } = await renderApp(`${address}/2`)
  const reply = await screen.findByRole('textbox', { name: 'Reply' })
  server.use(
    http.get('/api/v1/competitions/{slug}/leaderboard/search', ({ response }) =>
      response(200).json({ items: [{ ...boardFixtures.standing(9), members: ['Minji', 'Jorge'] }] }),
    ),
  )
  await user.type(reply, 'Thanks @mi')
  expect(await screen.findByText('Enter mentions Minji')).toBeInTheDocument()
  await user.keyboard('{Enter}')
  expect(reply).toHaveValue('Thanks @Minji ')
})
