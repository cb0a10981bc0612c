/** The main pages by keyboard alone: what can be pointed at can be reached, opened, left, and is where it was before. */
import { readFileSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { expect, expectAccessible, newcomer, setting, test } from './journey.ts'
import { serveBoard } from './large-board.ts'

const slug = setting('PODIUM_E2E_SLUG')
const state = 'test-results/keyboard.json'

test.beforeAll(async ({ playwright, baseURL }) => {
  const { api } = await newcomer(playwright, baseURL ?? '', slug, 'keys')
  await api.storageState({ path: state })
  await api.dispose()
})

/** Presses Tab until the element has the focus. */
async function tabTo(page: Page, element: Locator, most = 60): Promise<void> {
  await element.waitFor()
  for (let press = 0; press < most; press++) {
    if (await element.evaluate((node) => node === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${element}`)
}

async function follow(page: Page, name: string): Promise<void> {
  await tabTo(
    page,
    page.getByRole('navigation', { name: 'Competition' }).getByRole('link', { name, exact: true }),
  )
  await page.keyboard.press('Enter')
}

const isFocused = (element: Locator) => element.evaluate((node) => node === document.activeElement)

test.describe('by keyboard alone', () => {
  test.use({ storageState: state })

  test('home: skip the header, search, walk the list, see the keys', async ({ page }) => {
    await page.goto('/')
    await page.locator('main [data-item]').first().waitFor()
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.closest('main') !== null)).toBe(true)

    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('/')
    await expect(page.getByRole('searchbox')).toBeFocused()
    await page.keyboard.type('no such competition')
    await expect(page.getByText('No competition matches')).toBeVisible()
    await tabTo(page, page.getByRole('button', { name: 'Clear search and filter' }))
    await page.keyboard.press('Enter')

    await page.getByRole('searchbox').waitFor()
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)

    await page.keyboard.press('j')
    await expect(page.locator('main [data-item]').first()).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/\/competitions\//)

    const menu = page.locator('header button[aria-haspopup=menu]')
    await tabTo(page, menu)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('menu')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(menu).toBeFocused()
  })

  test('leaderboard: search, jump, a team and back, charts, files', async ({ page }) => {
    await serveBoard(page)
    await page.goto(`/competitions/${slug}`)
    await follow(page, 'Leaderboard')
    await expect(page.getByRole('rowheader', { name: /^Team 1 / })).toBeVisible()

    await page.keyboard.press('/')
    await expect(page.getByRole('searchbox', { name: 'Search teams' })).toBeFocused()
    await page.keyboard.type('Team 500')
    await tabTo(page, page.getByRole('button', { name: /500 Team 500/ }))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('rowheader', { name: /^Team 500 / })).toBeInViewport()

    await tabTo(page, page.getByLabel('Go to rank'), 200)
    await page.keyboard.type('70000')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('rowheader', { name: /^Team 70000/ })).toBeInViewport()

    await page.keyboard.press('Home')
    await page.evaluate(() => window.scrollTo(0, 0))
    const team = page.getByRole('link', { name: 'Team 2', exact: true })
    await team.waitFor()
    await tabTo(page, page.getByRole('img', { name: /^Score history/ }))
    await page.keyboard.press('ArrowLeft')
    await expect(page.getByRole('status').filter({ hasText: /Team 1 \d/ })).toBeAttached()

    await tabTo(page, team)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('dialog', { name: 'Team 2' }).getByRole('img')).toBeVisible()
    await expectAccessible(page, 'a team')
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(team).toBeFocused()

    // Backwards, from the table to what stands above it.
    const download = page.locator('summary').filter({ hasText: 'Download' })
    for (let press = 0; press < 20 && !(await isFocused(download)); press++)
      await page.keyboard.press('Shift+Tab')
    await expect(download).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('link', { name: 'CSV for Excel' })).toBeVisible()
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: 'CSV', exact: true })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(download).toBeFocused()
  })

  test('an entry is sent by keyboard and comes back with its score', async ({ page }) => {
    await page.goto(`/competitions/${slug}/data`)
    await tabTo(
      page,
      page
        .getByRole('radio', { name: 'Rows' })
        .or(page.getByRole('radio', { name: 'Columns' }))
        .first(),
    )
    await page.keyboard.press('ArrowRight')
    await expect(page.getByText(/^(First|All) [\d,]+/)).toBeVisible()

    await follow(page, 'Submit')
    const field = page.locator('input[type=file]')
    await tabTo(page, field)
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('Enter')
    await (await chooser).setFiles({
      name: 'good.csv',
      mimeType: 'text/csv',
      buffer: readFileSync(setting('PODIUM_E2E_GOOD')),
    })
    await tabTo(page, page.getByRole('button', { name: 'Submit', exact: true }))
    await page.keyboard.press('Enter')
    await expect(page.getByTestId('score')).toHaveText(/^\d+\.\d+/)
  })

  test('a thread is written, answered and kept, by keyboard', async ({ page }) => {
    await page.goto(`/competitions/${slug}/discussion`)
    await tabTo(page, page.getByRole('link', { name: 'New thread' }))
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByLabel('Title'))
    await page.keyboard.type('Written without a mouse')
    await tabTo(page, page.getByRole('textbox', { name: 'Text' }))
    await page.keyboard.type('By keys alone.')
    await page.keyboard.press('Control+Enter')
    await expect(page.getByRole('heading', { name: 'Written without a mouse' })).toBeVisible()

    const remove = page.locator('article').getByRole('button', { name: 'Delete' })
    await tabTo(page, remove)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alertdialog')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('alertdialog')).toHaveCount(0)
    await expect(remove).toBeFocused()

    await tabTo(page, page.getByRole('textbox', { name: 'Reply' }))
    await page.keyboard.type('And answered.')
    await tabTo(page, page.getByRole('button', { name: 'Post reply' }))
    await page.keyboard.press('Enter')
    await expect(page.locator('article').filter({ hasText: 'And answered.' })).toBeVisible()
  })
})
