import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { http } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

test('competitions of mine come first, with my rank', async () => {
  await renderApp('/')
  const mine = (await screen.findByRole('heading', { name: 'My competitions' })).parentElement as HTMLElement
  expect(within(mine).getByRole('link', { name: /Solar cells.*Rank 42/ })).toBeVisible()
  expect(screen.getAllByRole('link', { name: /Solar cells/ })).toHaveLength(1)
  expect(screen.getByRole('link', { name: /Flight delays/ })).toBeVisible()
})

test('a search without a match says what was searched and offers a way back', async () => {
  const { user, router } = await renderApp('/')
  await user.type(await screen.findByRole('searchbox', { name: 'Search competitions' }), 'tulips')
  expect(await screen.findByText('Nothing found for "tulips".')).toBeVisible()
  expect(router.state.location.search).toEqual({ q: 'tulips' })
  await user.click(screen.getByRole('button', { name: 'Clear search and filter' }))
  expect(await screen.findByRole('link', { name: /Flight delays/ })).toBeVisible()
  expect(screen.getByRole('searchbox')).toHaveValue('')
})

test('a site without competitions says when they appear', async () => {
  server.use(
    http.get('/api/v1/competitions', ({ response }) => response(200).json({ items: [], next: null })),
  )
  await renderApp('/')
  expect(await screen.findByText('They appear here when a host publishes one.')).toBeVisible()
})

test('a site on plain http warns, and one without an administrator says what to do', async () => {
  server.use(
    http.get('/api/v1/site', ({ response }) =>
      response(200).json({
        name: 'Class',
        insecure_http: true,
        sign_up_open: true,
        sign_up: 'open',
        sign_up_domains: [],
        creators: 'hosts',
        setup_required: true,
        languages: [],
        mail_enabled: false,
        receipt_key: '00',
      }),
    ),
  )
  await renderApp('/')
  expect(await screen.findByText(/runs on plain http/)).toBeVisible()
  expect(screen.getByText(/no administrator yet/)).toBeVisible()
})

test('when the server cannot be reached the page says so and can try again', async () => {
  server.use(http.get('/api/v1/competitions', () => Response.error() as never))
  const { user } = await renderApp('/')
  expect(await screen.findByText('No connection')).toBeVisible()
  server.resetHandlers()
  await user.click(screen.getByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('link', { name: /Flight delays/ })).toBeVisible()
})

test('everything is there in Korean', async () => {
  await renderApp('/', 'ko')
  expect(await screen.findByRole('heading', { name: '참가 중인 대회' })).toBeVisible()
  expect(screen.getByRole('link', { name: /태양전지.*42위/ })).toBeVisible()
  expect(document.documentElement.lang).toBe('ko')
})
