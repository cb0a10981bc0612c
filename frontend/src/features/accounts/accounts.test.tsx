import { screen } from '@testing-library/react'
import { beforeEach, expect, test } from 'vitest'
import { sessionNote } from '../../lib/session-note.ts'
import * as fixtures from '../../testing/fixtures/accounts.ts'
import { http, problem } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

let signedIn = false
beforeEach(() => {
  signedIn = false
  server.use(
    http.get('/api/v1/me', ({ response }) => response(200).json({ user: signedIn ? fixtures.user : null })),
  )
})

test('after signing in the reader goes on where they were', async () => {
  server.use(
    http.post('/api/v1/sessions', async ({ request, response }) => {
      expect(await request.json()).toEqual({ login: 'Haneul', password: 'a good long one' })
      signedIn = true
      return response(200).json({ user: fixtures.user })
    }),
  )
  const { user, router } = await renderApp('/sign-in?next=/competitions/solar-cells/rules')
  await user.type(await screen.findByLabelText('Name or e-mail'), 'Haneul')
  await user.type(screen.getByLabelText('Password'), 'a good long one')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findByRole('heading', { level: 1, name: /Solar cells/ })).toBeVisible()
  expect(router.state.location.pathname).toBe('/competitions/solar-cells/rules')
})

test('a wrong password does not tell whether the account exists', async () => {
  server.use(http.post('/api/v1/sessions', () => problem('sign_in_failed', 401) as never))
  const { user } = await renderApp('/sign-in')
  await user.type(await screen.findByLabelText('Name or e-mail'), 'nobody')
  await user.type(screen.getByLabelText('Password'), 'whatever it is')
  await user.click(screen.getByRole('button', { name: 'Sign in' }))
  expect(await screen.findByRole('alert')).toHaveTextContent(
    'The name and the password do not belong together.',
  )
})

test('sign-up checks what it can before asking the server, and puts its answer beside the field', async () => {
  server.use(http.post('/api/v1/users', () => problem('name_taken', 409) as never))
  const { user } = await renderApp('/sign-up')
  await user.type(await screen.findByLabelText('Name'), 'Haneul')
  await user.type(screen.getByLabelText('Password'), 'short')
  await user.click(screen.getByRole('button', { name: 'Create account' }))
  expect(screen.getByLabelText('Password')).toHaveAccessibleDescription(/Use at least 10 characters/)
  await user.type(screen.getByLabelText('Password'), ' but longer now')
  await user.click(screen.getByRole('button', { name: 'Create account' }))
  expect(await screen.findByText(/Someone has this name/)).toBeVisible()
  expect(screen.getByLabelText('Name')).toBeInvalid()
})

test('a site that is closed for sign-up says so instead of showing a form', async () => {
  server.use(
    http.get('/api/v1/site', ({ response }) => response(200).json({ ...fixtures.site, sign_up_open: false })),
  )
  await renderApp('/sign-up')
  expect(await screen.findByText(/does not take new accounts/)).toBeVisible()
  expect(screen.queryByLabelText('Password')).toBeNull()
})

test('where people sign up by invitation, who has none is told so', async () => {
  const site = { ...fixtures.site, sign_up_open: false, sign_up: 'invite' }
  server.use(http.get('/api/v1/site', ({ response }) => response(200).json(site)))
  await renderApp('/sign-up')
  expect(await screen.findByText(/sign up with an invitation/)).toBeVisible()
  expect(screen.queryByLabelText('Password')).toBeNull()
})

test('where people sign up by invitation, the link that was opened goes along and leads to its competition', async () => {
  const site = { ...fixtures.site, sign_up_open: false, sign_up: 'invite' }
  server.use(
    http.get('/api/v1/site', ({ response }) => response(200).json(site)),
    http.post('/api/v1/users', async ({ request, response }) => {
      expect(await request.json()).toMatchObject({ name: 'Sora', invite: 'secret' })
      signedIn = true
      return response(201).json({
        user: { ...fixtures.user, name: 'Sora' },
        accepted: { kind: 'participant', slug: 'solar-cells' },
      })
    }),
  )
  sessionNote.write('invite', 'secret')
  const { user, router } = await renderApp('/sign-up?next=%2Finvite')
  await user.type(await screen.findByLabelText('Name'), 'Sora')
  await user.type(screen.getByLabelText('Password'), 'a good long one')
  await user.click(screen.getByRole('button', { name: 'Create account' }))
  await expect.poll(() => router.state.location.pathname).toBe('/competitions/solar-cells')
  expect(sessionNote.read('invite')).toBeUndefined()
})

test('the setup link makes the first administrator with its code', async () => {
  server.use(
    http.post('/api/v1/setup', async ({ request, response }) => {
      expect(await request.json()).toMatchObject({ code: '0042', name: 'Sora' })
      signedIn = true
      return response(201).json({ user: { ...fixtures.user, name: 'Sora', role: 'admin' } })
    }),
  )
  const { user, router } = await renderApp('/setup?code=%220042%22')
  await user.type(await screen.findByLabelText('Name'), 'Sora')
  await user.type(screen.getByLabelText('Password'), 'a good long one')
  await user.click(screen.getByRole('button', { name: 'Create administrator' }))
  expect(await screen.findByRole('heading', { level: 1, name: 'Competitions' })).toBeVisible()
  expect(router.state.location.pathname).toBe('/')
})

test('a token is shown once, and revoking asks first', async () => {
  signedIn = true
  const token = {
    id: 5,
    name: 'laptop',
    scopes: ['read', 'submit'] as ('read' | 'submit')[],
    created_at: '2026-11-01T00:00:00Z',
    expires_at: '2027-11-01T00:00:00Z',
    last_used_at: null,
  }
  let tokens: (typeof token)[] = []
  server.use(
    http.get('/api/v1/me/tokens', ({ response }) => response(200).json({ items: tokens })),
    http.post('/api/v1/me/tokens', ({ response }) => {
      tokens = [token]
      return response(201).json({ ...token, token: 'pdm_secret' })
    }),
    http.delete('/api/v1/me/tokens/{id}', ({ response }) => {
      tokens = []
      return response(204).empty()
    }),
  )
  const { user } = await renderApp('/account')
  await user.type(await screen.findByLabelText('What it is for'), 'laptop')
  await user.click(screen.getByRole('button', { name: 'Create token' }))
  expect(await screen.findByText('pdm_secret')).toBeVisible()
  await user.click(await screen.findByRole('button', { name: 'Revoke: laptop' }))
  const dialog = await screen.findByRole('alertdialog', { name: 'Revoke "laptop"?' })
  expect(dialog).toHaveTextContent('cannot be undone')
  await user.click(screen.getByRole('button', { name: 'Revoke' }))
  expect(await screen.findByText('No tokens yet.')).toBeVisible()
})

test('the last line of a mail stops its kind only when the button is pressed, signed in or not', async () => {
  const asked: string[] = []
  server.use(
    http.post('/api/v1/mail/unsubscribe', ({ request, response }) => {
      asked.push(new URL(request.url).searchParams.get('token') ?? '')
      return response(200).json({ topic: 'discussion' })
    }),
  )
  location.hash = '#token=abc.def'
  const { user } = await renderApp('/unsubscribe')
  const button = await screen.findByRole('button', { name: 'Stop this kind of mail' })
  expect(asked).toEqual([])
  await user.click(button)
  expect(await screen.findByRole('alert')).toHaveTextContent('no more mail of this kind')
  expect(asked).toEqual(['abc.def'])
  location.hash = ''
})

test('a link that was cut off on its way says so', async () => {
  location.hash = ''
  await renderApp('/verify-email')
  expect(await screen.findByText(/The link is not whole/)).toBeVisible()
})

test.each([
  ['help@example.org', 'mailto:help@example.org'],
  ['https://example.org/help', 'https://example.org/help'],
])('at the door people find how to reach whoever runs the site: %s', async (contact, href) => {
  server.use(http.get('/api/v1/site', ({ response }) => response(200).json({ ...fixtures.site, contact })))
  await renderApp('/sign-in')
  expect(await screen.findByRole('link', { name: contact })).toHaveAttribute('href', href)
})

test.each(['Ask in room 12.', 'write to help@example.org', 'javascript:alert(1)', 'a@b?cc=c@d'])(
  'a contact that is no address as a whole is only text: %s',
  async (contact) => {
    server.use(http.get('/api/v1/site', ({ response }) => response(200).json({ ...fixtures.site, contact })))
    await renderApp('/sign-in')
    expect(await screen.findByText(contact, { exact: false })).toBeVisible()
    expect(screen.queryByRole('link', { name: contact })).toBeNull()
  },
)
