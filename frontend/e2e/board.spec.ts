/** A board of 100,000 teams, answered by the test itself: how smoothly it scrolls and how little of it is in the page. */
import type { Page } from '@playwright/test'
import { expect, setting, test } from './journey.ts'
import { serveBoard } from './large-board.ts'

const slug = setting('PODIUM_E2E_SLUG')

// Recording a trace copies the page at each step: that would be measured too.
test.use({ trace: 'off' })

/**
 * Processor milliseconds of the page's main thread for each of `frames` frames that scroll by `step` pixels. Not the time
 * between frames: on a machine that also compiles, that measures the compiler.
 */
async function scrollCosts(page: Page, step: number, frames: number): Promise<number[]> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
  const spent = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000
  }
  const costs: number[] = []
  let before = await spent()
  for (let frame = 0; frame < frames; frame++) {
    await page.evaluate(async (by) => {
      window.scrollBy(0, by)
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    }, step)
    const after = await spent()
    costs.push(after - before)
    before = after
  }
  await devtools.detach()
  return costs
}

test('100,000 teams scroll without a frame of 50 ms, a shift of the layout, or a crowd of elements', async ({
  page,
}) => {
  await serveBoard(page)
  await page.addInitScript(() => {
    const state = window as unknown as { shifts: number }
    state.shifts = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as { value: number; hadRecentInput: boolean }[]) {
        if (!entry.hadRecentInput) state.shifts += entry.value
      }
    }).observe({ type: 'layout-shift', buffered: true })
  })
  await page.goto(`/competitions/${slug}/leaderboard`)
  await expect(page.getByRole('table', { name: 'Leaderboard, 100,000 teams' })).toBeVisible()

  for (const step of [40, 400, 20_000]) {
    await page.evaluate(() => window.scrollTo(0, 0))
    const costs = await scrollCosts(page, step, 120)
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length
    console.log(
      `scroll by ${step} px a frame: mean ${mean.toFixed(1)} ms, worst ${Math.max(...costs).toFixed(1)} ms of the processor`,
    )
    expect(
      costs.filter((cost) => cost > 50),
      `frames above 50 ms at ${step} px a frame`,
    ).toEqual([])
  }

  const elements = await page.evaluate(() => document.querySelectorAll('*').length)
  console.log(`elements in the page: ${elements} (goal 1,200)`)
  expect(elements).toBeLessThanOrEqual(1_200)
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number }).shifts)
  console.log(`layout shift: ${shifts.toFixed(4)} (goal 0)`)
  expect(shifts).toBeLessThan(0.01)
})

/** Asks for a rank by keyboard; milliseconds from the key to the frame that shows the row, measured in the page. */
async function jump(page: Page, rank: number): Promise<number> {
  await page.getByLabel('Go to rank').fill(String(rank))
  await page.evaluate((wanted) => {
    const state = window as unknown as { jumped: Promise<number> }
    state.jumped = new Promise((resolve) => {
      document.querySelector('form:has([name=rank])')?.addEventListener(
        'submit',
        () => {
          const started = performance.now()
          const look = () => {
            const row = document.querySelector(`[data-rank="${wanted}"]`)?.getBoundingClientRect()
            if (row && row.top >= 0 && row.bottom <= window.innerHeight) resolve(performance.now() - started)
            else requestAnimationFrame(look)
          }
          requestAnimationFrame(look)
        },
        { once: true, capture: true },
      )
    })
  }, rank)
  await page.getByLabel('Go to rank').press('Enter')
  return page.evaluate(() => (window as unknown as { jumped: Promise<number> }).jumped)
}

test('a link to a row leads to it, and a rank that is asked for comes at once', async ({ page }) => {
  await serveBoard(page)
  await page.goto(`/competitions/${slug}/leaderboard?rank=4212`)
  await expect(page.getByRole('rowheader', { name: /^Team 4212/ })).toBeInViewport()
  const paint = await jump(page, 99_990)
  console.log(
    `from rank 4,212 to 99,990, its page on the way: ${paint.toFixed(0)} ms (goal 50, proof 102 to 136)`,
  )
  await expect(page.getByRole('rowheader', { name: /^Team 99990/ })).toBeInViewport()
  const again = await jump(page, 99_950)
  console.log(`to 99,950, whose page is there: ${again.toFixed(0)} ms`)
  await jump(page, 99_990)
  await expect(page).toHaveURL(/rank=99990/)
  await page.getByRole('link', { name: /^99,992, link to the row of Team 99992/ }).click()
  await expect(page).toHaveURL(/rank=99992/)
})
