/** A board of 100,000 teams, answered by the test itself. */
import type { Page } from '@playwright/test'
import { setting } from './journey.ts'

const slug = setting('PODIUM_E2E_SLUG')
export const teams = 100_000

const row = (rank: number) => ({
  rank,
  team_id: rank,
  team: `Team ${rank}`,
  members: [`member-${rank}`],
  score: (1 - rank / (2 * teams)).toFixed(5),
  standard_error: '0.00460',
  also: [],
  entries: rank % 40,
  best_at: '2026-11-20T00:00:00Z',
  last_at: '2026-11-20T00:00:00Z',
  is_benchmark: false,
})

export async function serveBoard(page: Page) {
  await page.route(`**/api/v1/competitions/${slug}/leaderboard/search?**`, async (route) => {
    const rank = Number(new URL(route.request().url()).searchParams.get('q')?.replace(/\D/g, ''))
    await route.fulfill({ json: { items: rank > 0 && rank <= teams ? [row(rank)] : [] } })
  })
  await page.route(`**/api/v1/competitions/${slug}/leaderboard/histories?**`, async (route) => {
    const asked = new URL(route.request().url()).searchParams.get('teams')?.split(',') ?? []
    const items = asked.map((team) => ({
      team_id: Number(team),
      items: [3, 2, 1].map((days) => ({
        at: new Date(Date.now() - days * 3_600_000).toISOString(),
        score: (0.9 - days / 10).toFixed(5),
      })),
    }))
    await route.fulfill({ json: { items } })
  })
  await page.route(`**/api/v1/competitions/${slug}/leaderboard/distribution`, async (route) => {
    const bins = Array.from({ length: 30 }, (_, bin) => ({
      from: (0.5 + bin / 60).toFixed(5),
      to: (0.5 + (bin + 1) / 60).toFixed(5),
      teams: 1_000 + bin * 100,
    }))
    await route.fulfill({ json: { bins } })
  })
  await page.route(`**/api/v1/competitions/${slug}/leaderboard?**`, async (route) => {
    const query = new URL(route.request().url()).searchParams
    const limit = Number(query.get('limit') ?? 100)
    const around = query.get('around')
    // A page begins at a multiple of its length, as the server's do.
    const first = around
      ? Math.floor((Number(around) - 1) / limit) * limit + 1
      : Number(query.get('cursor') ?? 1)
    const items = Array.from({ length: Math.min(limit, teams - first + 1) }, (_, index) => row(first + index))
    await route.fulfill({
      json: {
        board: 'public',
        version: 1,
        metric: 'accuracy',
        direction: 'maximize',
        public_share: 0.3,
        public_rows: 30_000,
        zones: [],
        ties: 'earlier_first',
        names: 'real',
        teams,
        items,
        next: first + limit <= teams ? String(first + limit) : null,
        previous: first > 1 ? String(Math.max(1, first - limit)) : null,
      },
    })
  })
}
