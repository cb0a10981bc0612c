import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { http } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

test('the bell counts what is new, and a notice leads to what it is about', async () => {
  const read: unknown[] = []
  server.use(
    http.post('/api/v1/me/notifications/read', async ({ request, response }) => {
      read.push(await request.json())
      return response(200).json({ unread: 0 })
    }),
  )
  const { user, router } = await renderApp('/')
  await user.click(await screen.findByRole('link', { name: 'Notices, 1 new' }))
  await user.click(
    await screen.findByRole('link', { name: 'Ada replied in "Which augmentation helped you?"' }),
  )
  expect(read).toEqual([{ id: 2 }])
  expect(router.state.location.pathname).toBe('/competitions/solar-cells/discussion/2')
})

test('notices are Korean sentences', async () => {
  await renderApp('/notices', 'ko')
  expect(
    await screen.findByRole('link', {
      name: 'Ada 님이 ‘Which augmentation helped you?’에 답글을 남겼습니다',
    }),
  ).toBeVisible()
})
