import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import * as fixtures from '../../testing/fixtures/competition.ts'
import { http, problem } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

const address = '/competitions/solar-cells/rules'

test('joining needs the tick, sends what was read, and leads on to the data', async () => {
  let joined = false
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) =>
      response(200).json(joined ? fixtures.competition : fixtures.notJoined),
    ),
    http.post('/api/v1/competitions/{slug}/join', async ({ request, response }) => {
      expect(await request.json()).toEqual({
        accept_rules: true,
        rules_sha256: fixtures.rulesSha256,
        team_name: '봄날의 오차',
      })
      joined = true
      return response(201).json(fixtures.competition.membership as never)
    }),
  )
  const { user } = await renderApp(address)
  await user.type(await screen.findByLabelText(/Team name/), '봄날의 오차')
  await user.click(screen.getByRole('button', { name: 'Join the competition' }))
  expect(screen.getByText('Tick the box to join.')).toBeVisible()
  await user.click(screen.getByLabelText('I have read the rules and accept them.'))
  await user.click(screen.getByRole('button', { name: 'Join the competition' }))
  expect(await screen.findByText('You have joined as "봄날의 오차".')).toBeVisible()
  expect(screen.getByRole('link', { name: 'See the data' })).toBeVisible()
})

test('a team name that is taken is told beside its field', async () => {
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) => response(200).json(fixtures.notJoined)),
    http.post('/api/v1/competitions/{slug}/join', () => problem('team_name_taken', 409) as never),
  )
  const { user } = await renderApp(address)
  await user.type(await screen.findByLabelText(/Team name/), 'Taken')
  await user.click(screen.getByLabelText('I have read the rules and accept them.'))
  await user.click(screen.getByRole('button', { name: 'Join the competition' }))
  expect(await screen.findByText(/Another team has this name/)).toBeVisible()
})

test('who is not signed in is sent to sign in and comes back', async () => {
  server.use(
    http.get('/api/v1/me', ({ response }) => response(200).json({ user: null })),
    http.get('/api/v1/competitions/{slug}', ({ response }) =>
      response(200).json({ ...fixtures.notJoined, next_action: 'sign_in' }),
    ),
  )
  await renderApp(address)
  const link = await screen.findByRole('link', { name: 'Sign in to join' })
  expect(new URL(link.getAttribute('href') ?? '', location.origin).searchParams.get('next')).toBe(address)
})

test('a competition that does not exist and one that is hidden look the same', async () => {
  server.use(http.get('/api/v1/competitions/{slug}', () => problem('not_found', 404) as never))
  await renderApp('/competitions/nothing')
  expect(await screen.findByText('There is no page at this address, or you may not see it.')).toBeVisible()
})
