import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { http } from '../testing/handlers.ts'
import { renderApp } from '../testing/render-app.tsx'
import { server } from '../testing/server.ts'

test('choosing Korean changes the page at once, and the account and browser remember it', async () => {
  const sent: unknown[] = []
  server.use(
    http.patch('/api/v1/me', async ({ request, response }) => {
      sent.push(await request.json())
      return response(200).json({ user: (await import('../testing/fixtures/accounts.ts')).user })
    }),
  )
  const { user } = await renderApp('/')
  await user.click(await screen.findByRole('button', { name: 'Language, theme and account' }))
  await user.click(await screen.findByRole('menuitemradio', { name: '한국어' }))
  expect(await screen.findByRole('heading', { level: 1, name: '대회' })).toBeInTheDocument()
  expect(document.documentElement.lang).toBe('ko')
  expect(document.cookie).toContain('lang=ko')
  expect(sent).toEqual([{ language: 'ko' }])
})

test('the theme is kept in a cookie that the server can read', async () => {
  const { user } = await renderApp('/')
  await user.click(await screen.findByRole('button', { name: 'Language, theme and account' }))
  await user.click(await screen.findByRole('menuitemradio', { name: 'Dark' }))
  expect(document.documentElement.dataset.theme).toBe('dark')
  expect(document.cookie).toContain('theme=dark')
})

test('an address that does not exist offers the way home', async () => {
  await renderApp('/nowhere')
  expect(await screen.findByText('Nothing here')).toBeVisible()
  expect(screen.getByRole('link', { name: 'All competitions' })).toBeVisible()
})
