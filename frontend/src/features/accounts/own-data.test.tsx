import { screen, within } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import * as fixtures from '../../testing/fixtures/accounts.ts'
import { http, problem } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

test('one kind of mail is switched off at once; the one about security cannot be', async () => {
  const chosen: unknown[] = []
  server.use(
    http.patch('/api/v1/me/mail-settings', async ({ request, response }) => {
      const choice = await request.json()
      chosen.push(choice)
      const items = fixtures.mailSettings.items.map((item) =>
        item.topic === choice.topic ? { ...item, is_on: choice.is_on } : item,
      )
      return response(200).json({ items })
    }),
  )
  const { user } = await renderApp('/account')
  const box = await screen.findByLabelText(/^Discussion: replies/)
  expect(box).toBeChecked()
  await user.click(box)
  expect(chosen).toEqual([{ topic: 'discussion', is_on: false }])
  await expect.poll(() => screen.getByLabelText(/^Discussion: replies/)).not.toBeChecked()
  expect(screen.getByLabelText(/^Security of my account/)).toBeDisabled()
})

test('an address that is not confirmed says so and its link can be sent again', async () => {
  let asked = 0
  server.use(
    http.get('/api/v1/me', ({ response }) =>
      response(200).json({ user: { ...fixtures.user, email_verified: false } }),
    ),
    http.post('/api/v1/me/email/verification', ({ response }) => {
      asked++
      return response(202).empty()
    }),
  )
  const { user } = await renderApp('/account')
  expect(await screen.findByText('Not confirmed')).toBeVisible()
  await user.click(screen.getByRole('button', { name: 'Send the link again' }))
  expect(await screen.findByText('The link is on its way.')).toBeVisible()
  expect(asked).toBe(1)
})

test('a copy of one’s data comes after the password, without asking twice', async () => {
  let confirmed = false
  URL.createObjectURL = vi.fn(() => 'blob:podium')
  URL.revokeObjectURL = vi.fn()
  const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
  server.use(
    http.post(
      '/api/v1/me/export',
      () => (confirmed ? new Response('PK') : problem('confirm_required', 403)) as never,
    ),
    http.post('/api/v1/me/confirm', async ({ request, response }) => {
      confirmed = (await request.json()).password === 'a good long one'
      return response(204).empty()
    }),
  )
  const { user } = await renderApp('/account')
  const panel = within(await screen.findByRole('region', { name: 'Your data' }))
  await user.click(panel.getByRole('button', { name: 'Download my data' }))
  await user.type(await panel.findByLabelText('Current password'), 'a good long one')
  await user.click(panel.getByRole('button', { name: 'Go on' }))
  expect(await panel.findByText('The file is in your downloads.')).toBeVisible()
  expect(saved).toHaveBeenCalledOnce()
  saved.mockRestore()
})

test('deleting the account says what stays, asks once with the password, and signs out', async () => {
  let sent: unknown
  server.use(
    http.delete('/api/v1/me', async ({ request, response }) => {
      sent = await request.json()
      return response(204).empty()
    }),
  )
  const { user } = await renderApp('/account')
  const panel = within(await screen.findByRole('region', { name: 'Delete account' }))
  expect(panel.getByText(/^Entries stay on their boards/)).toBeVisible()
  await user.click(panel.getByRole('button', { name: 'Delete my account' }))
  await user.type(panel.getByLabelText('Current password'), 'a good long one')
  expect(sent).toBeUndefined()
  await user.click(panel.getByRole('button', { name: 'Delete for good' }))
  expect(await screen.findByText('Your account is deleted')).toBeVisible()
  expect(sent).toEqual({ password: 'a good long one' })
  expect(await screen.findByRole('link', { name: 'Sign in' })).toBeVisible()
})

test('a wrong password deletes nothing and is told beside the field', async () => {
  server.use(http.delete('/api/v1/me', () => problem('wrong_password', 403) as never))
  const { user } = await renderApp('/account')
  const panel = within(await screen.findByRole('region', { name: 'Delete account' }))
  await user.click(panel.getByRole('button', { name: 'Delete my account' }))
  await user.type(panel.getByLabelText('Current password'), 'wrong{Enter}')
  expect(await panel.findByText('The current password is not right.')).toBeVisible()
})

test('what was agreed to is listed with its version, and what was replaced since says so', async () => {
  server.use(
    http.get('/api/v1/me/agreements', ({ response }) =>
      response(200).json({
        items: [
          ...fixtures.agreements,
          {
            document: 'data_agreement',
            competition: 'solar-cells',
            sha256: 'beef'.padEnd(64, '0'),
            agreed_at: '2026-11-20T00:00:00Z',
            is_current: false,
          },
        ],
      }),
    ),
  )
  await renderApp('/account')
  const panel = within(await screen.findByRole('region', { name: 'What I agreed to' }))
  const [first, second] = await panel.findAllByRole('listitem')
  expect(first).toHaveTextContent(/Data agreement Solar cells.*20 Nov 2026.*beef0000.*replaced since/)
  expect(second).toHaveTextContent(/Rules.*valid now/)
})

test('where the site has a privacy notice, signing up needs the tick and notes the version', async () => {
  let agreed: unknown
  server.use(
    http.get('/api/v1/me', ({ response }) => response(200).json({ user: null })),
    http.get('/api/v1/privacy-notice', ({ response }) =>
      response(200).json({ html: '<p>Little.</p>', sha256: 'cafe' }),
    ),
    http.post('/api/v1/users', ({ response }) => response(201).json({ user: fixtures.user })),
    http.post('/api/v1/me/agreements/privacy', async ({ request, response }) => {
      agreed = await request.json()
      return response(204).empty()
    }),
  )
  const { user, router } = await renderApp('/sign-up')
  await user.type(await screen.findByLabelText('Name'), 'Haneul')
  await user.type(screen.getByLabelText('Password'), 'a good long one')
  await screen.findByLabelText(/^I have read the privacy notice/)
  await user.click(screen.getByRole('button', { name: 'Create account' }))
  expect(screen.getByText('Tick the box to create the account.')).toBeVisible()
  await user.click(screen.getByLabelText(/^I have read the privacy notice/))
  await user.click(screen.getByRole('button', { name: 'Create account' }))
  await expect.poll(() => router.state.location.pathname).toBe('/')
  expect(agreed).toEqual({ sha256: 'cafe' })
})
