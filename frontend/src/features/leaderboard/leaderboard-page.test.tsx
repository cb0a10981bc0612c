import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { applyEvent } from '../../api/live.ts'
import * as boardFixtures from '../../testing/fixtures/board.ts'
import * as competitionFixtures from '../../testing/fixtures/competition.ts'
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
      const page = boardFixtures.boardPage(1, 100)
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
      response(200).json({ ...boardFixtures.boardPage(1, 0, 0), items: [] }),
    ),
  )
  await renderApp(address)
  expect(await screen.findByText('The first scored entry opens the board.')).toBeVisible()
})

const revealed = () =>
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) =>
      response(200).json({ ...competitionFixtures.competition, state: 'revealed' }),
    ),
  )

test('after the reveal the private board comes first and says how each team moved', async () => {
  revealed()
  const { user, router } = await renderApp(address)
  const row = (await screen.findByRole('rowheader', { name: /^Sparse Kernels Ada/ }))
    .parentElement as HTMLElement
  expect(row).toHaveTextContent(/up 1/)
  expect(screen.getByText(/The final ranks: computed on the rows/)).toBeVisible()
  const mine = await screen.findByRole('table', { name: 'My team' })
  expect(within(mine).getByRole('row')).toHaveTextContent(/41.*up 1.*봄날의 오차/)
  await user.click(screen.getByRole('radio', { name: 'Public' }))
  expect(await screen.findByText(/Computed on 40% of the test set/)).toBeVisible()
  expect(router.state.location.search).toEqual({ board: 'public' })
})

test('before the reveal there is no private board to choose', async () => {
  await renderApp(`${address}?board=private`)
  expect(await screen.findByText(/Computed on 40% of the test set/)).toBeVisible()
  expect(screen.queryByRole('radio', { name: 'Private' })).toBeNull()
})

test('hidden names stay hidden, except to their own team', async () => {
  server.use(
    http.get('/api/v1/competitions/{slug}/leaderboard', ({ response }) => {
      const page = boardFixtures.boardPage(1, 100)
      const items = page.items.map((row, at) => ({
        ...row,
        team_id: -at - 1,
        team: row.is_benchmark ? row.team : '',
        members: [],
      }))
      return response(200).json({ ...page, names: 'hidden', items })
    }),
  )
  await renderApp(address)
  expect((await screen.findAllByText('Team hidden until the end')).length).toBeGreaterThan(5)
  expect(screen.getByText(/Only your own team sees its name/)).toBeVisible()
  expect(screen.queryByRole('searchbox', { name: 'Search teams' })).toBeNull()
  expect(await screen.findByRole('table', { name: 'My team' })).toHaveTextContent('봄날의 오차')
})

test('a bracket has a board of its own, and its address says which', async () => {
  const asked: (string | null)[] = []
  server.use(
    http.get('/api/v1/competitions/{slug}', ({ response }) =>
      response(200).json({
        ...competitionFixtures.competition,
        brackets: [{ name: 'students', title: { en: 'Students', ko: '학생' } }],
      }),
    ),
    http.get('/api/v1/competitions/{slug}/leaderboard', ({ query, response }) => {
      asked.push(query.get('bracket'))
      return response(200).json(boardFixtures.boardPage(1, 10, query.get('bracket') ? 10 : 4_213))
    }),
  )
  const { user, router } = await renderApp(address)
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Bracket' }), 'Students')
  expect(await screen.findByRole('table', { name: 'Leaderboard, 10 teams' })).toBeVisible()
  expect(asked).toContain('students')
  expect(router.state.location.search).toEqual({ bracket: 'students' })
  expect(screen.getByRole('link', { name: 'CSV for Excel', hidden: true })).toHaveAttribute(
    'href',
    '/api/v1/competitions/solar-cells/leaderboard.csv?bracket=students&bom=true',
  )
})

test('ranks that win a prize are marked', async () => {
  server.use(
    http.get('/api/v1/competitions/{slug}/leaderboard', ({ response }) =>
      response(200).json({
        ...boardFixtures.boardPage(1, 100),
        zones: [{ name: { en: 'Prizes', ko: '수상' }, through: 3 }],
      }),
    ),
  )
  await renderApp(address)
  expect(await screen.findAllByText('Prizes')).toHaveLength(3)
})

test('a team opens with its way to its score, also as a table, and its write-up', async () => {
  const { user, router } = await renderApp(address)
  await user.click(await screen.findByRole('link', { name: 'Greedy 고래' }))
  const dialog = await screen.findByRole('dialog', { name: 'Greedy 고래' })
  expect(await within(dialog).findByRole('img', { name: /^Score history/ })).toBeVisible()
  expect(within(dialog).getByRole('link', { name: 'Write-up: How we won' })).toHaveAttribute(
    'href',
    '/competitions/solar-cells/discussion/2',
  )
  await user.click(within(dialog).getByRole('button', { name: 'Show as table' }))
  expect(within(dialog).getAllByRole('row')).toHaveLength(4)
  await user.keyboard('{Escape}')
  await expect.poll(() => router.state.location.search).toEqual({})
})

test('the charts can be asked for where there is no room for them, and read by keyboard', async () => {
  const { user } = await renderApp(address)
  await user.click(await screen.findByRole('button', { name: 'Charts' }))
  const chart = await screen.findByRole('img', { name: /^Score distribution/ })
  chart.focus()
  await user.keyboard('{Home}')
  expect(
    screen.getByText(/^0\.50000 to 0\.51400: \d+ teams?$/, { selector: '[role=status]' }),
  ).toBeInTheDocument()
})

test('a board that was empty at first shows the first score by itself', async () => {
  let teams = 0
  server.use(
    http.get('/api/v1/competitions/{slug}/leaderboard', ({ response }) =>
      response(200).json({ ...boardFixtures.boardPage(1, teams, teams), version: teams + 1 }),
    ),
  )
  const { queryClient } = await renderApp(address)
  await screen.findByText('The first scored entry opens the board.')
  teams = 1
  applyEvent(queryClient, 'solar-cells', { kind: 'leaderboard.changed', version: 2 })
  expect(await screen.findByRole('rowheader', { name: /^Greedy 고래/ })).toBeVisible()
})
