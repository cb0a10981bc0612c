import { screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { sessionNote } from '../../lib/session-note.ts'
import * as fixtures from '../../testing/fixtures/teams.ts'
import { http, problem } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

// As the browser has it: the part after `#` is the page's own and not the router's.
const open = (token: string) => {
  location.hash = token
  return renderApp('/invite')
}

afterEach(() => {
  location.hash = ''
  sessionStorage.clear()
})

test('a link shows the team and what it means before anything is accepted', async () => {
  let accepted = ''
  server.use(
    http.post('/api/v1/invites/look', async ({ request, response }) => {
      expect(await request.json()).toEqual({ token: 'secret' })
      return response(200).json(fixtures.offer)
    }),
    http.post('/api/v1/invites/accept', async ({ request, response }) => {
      accepted = (await request.json()).token
      return response(200).json({ kind: 'team', slug: 'solar-cells' })
    }),
  )
  const { user, router } = await open('secret')
  expect(await screen.findByText('Jorge invites you into the team "Sparse Kernels"')).toBeVisible()
  expect(accepted).toBe('')
  await user.click(screen.getByRole('button', { name: 'Accept' }))
  await expect.poll(() => router.state.location.pathname).toBe('/competitions/solar-cells/team')
  expect(accepted).toBe('secret')
  expect(sessionNote.read('invite')).toBeUndefined()
})

test('whoever is not signed in comes back to the invitation, and its token is in no address', async () => {
  server.use(http.get('/api/v1/me', ({ response }) => response(200).json({ user: null })))
  await open('secret')
  expect(await screen.findByText('Sign in to see the invitation')).toBeVisible()
  const ways = screen.getAllByRole('link').map((link) => link.getAttribute('href') ?? '')
  expect(ways.filter((href) => href.includes('next='))).toEqual([
    '/sign-in?next=%2Finvite',
    '/sign-up?next=%2Finvite',
  ])
  expect(ways.join(' ')).not.toContain('secret')
  expect(sessionNote.read('invite')).toBe('secret')
})

test('somebody outside the competition joins first', async () => {
  server.use(
    http.post('/api/v1/invites/look', ({ response }) =>
      response(200).json({ ...fixtures.offer, needs_join: true }),
    ),
  )
  await open('secret')
  expect(await screen.findByRole('link', { name: 'Read the rules and join' })).toHaveAttribute(
    'href',
    '/competitions/solar-cells/rules',
  )
  expect(screen.queryByRole('button', { name: 'Accept' })).toBeNull()
})

test('a used or wrong link says so and leads away', async () => {
  server.use(http.post('/api/v1/invites/look', () => problem('invite_ended', 409) as never))
  await open('secret')
  expect(await screen.findByText('This invitation leads nowhere')).toBeVisible()
})

test('without a link the invitations by name are listed', async () => {
  server.use(
    http.get('/api/v1/me/invites', ({ response }) =>
      response(200).json({
        items: [{ ...fixtures.offer, kind: 'host', role: 'moderator', team: null, outlook: null }],
      }),
    ),
  )
  await renderApp('/invite')
  expect(await screen.findByText('Jorge invites you among the hosts, as moderator')).toBeVisible()
})
