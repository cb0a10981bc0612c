import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { applyEvent } from '../../api/live.ts'
import * as fixtures from '../../testing/fixtures.ts'
import { http } from '../../testing/handlers.ts'
import { renderApp } from '../../testing/render-app.tsx'
import { server } from '../../testing/server.ts'

const address = '/competitions/solar-cells/leaderboard'

test('the caption says what the scores were computed from', async () => {
  await renderApp(address)
  expect(await screen.findByText(/Computed on 40% of the test set \(424 rows\)/)).toBeVisible()
})

test('only rows near the screen are in the page, but all are counted', async () => {
  await renderApp(address)
  const board = await screen.findByRole('table', { name: 'Leaderboard, 4,213 teams' })
  expect(board).toHaveAttribute('aria-rowcount', '4215')
  expect(within(board).getAllByRole('row').length).toBeLessThan(60)
})

test('my row stays in sight while it is not on the screen', async () => {
  await renderApp(address)
  const mine = await screen.findByRole('table', { name: 'My team' })
  expect(within(mine).getByRole('row')).toHaveTextContent(/42.*봄날의 오차.*You.*0\.\d{5}/)
})

test('baselines have no rank', async () => {
  await renderApp(address)
  const row = (await screen.findByRole('rowheader', { name: /Nearest class mean/ }))
    .parentElement as HTMLElement
  expect(row).toHaveTextContent('Baseline')
  expect(within(row).getAllByRole('cell')[0]).toHaveTextContent('–')
})

test('the board changes without a reload when the server says so', async () => {
  const { queryClient } = await renderApp(address)
  await screen.findByRole('rowheader', { name: /^Greedy 고래 Ada/ })
  server.use(
    http.get('/api/v1/competitions/{slug}/leaderboard', ({ response }) => {
      const page = fixtures.boardPage(1, 100)
      const [first, second, ...rest] = page.items
      if (!first || !second) throw new Error('the fixture is too short')
      const items = [{ ...second, rank: 1 }, { ...first, rank: 2 }, ...rest]
      return response(200).json({ ...page, version: 18, items })
    }),
  )
  applyEvent(queryClient, 'solar-cells', { kind: 'leaderboard.changed', version: 18 })
  await expect.poll(() => screen.getAllByRole('rowheader')[0]?.textContent).toContain('Sparse Kernels')
})

test('a board without scores says what opens it', async () => {
  server.use(
    http.get('/api/v1/competitions/{slug}/leaderboard', ({ response }) =>
      response(200).json({ ...fixtures.boardPage(1, 0, 0), items: [] }),
    ),
  )
  await renderApp(address)
  expect(await screen.findByText('The first scored entry opens the board.')).toBeVisible()
})
