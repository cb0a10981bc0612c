import { readFileSync } from 'node:fs'
import { expect, expectAccessible, expectNoSidewaysScroll, newcomer, setting, test } from './journey.ts'

const slug = setting('PODIUM_E2E_SLUG')
const tabs = ['', '/data', '/discussion', '/submit', '/leaderboard', '/rules'].map(
  (tab) => `/competitions/${slug}${tab}`,
)
const state = 'test-results/member.json'

/** A participant with one entry and one thread, made through the API. */
test.beforeAll(async ({ playwright, baseURL }) => {
  const { api, post, submit } = await newcomer(playwright, baseURL ?? '', slug, 'looker')
  await submit(readFileSync(setting('PODIUM_E2E_GOOD')))
  await post(`/competitions/${slug}/threads`, {
    data: {
      title: 'A formula, a table, a list',
      markdown: '$x^2$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- `two`',
    },
  })
  await api.storageState({ path: state })
  await api.dispose()
})

test('signed out, every page is accessible and fits the width of a phone', async ({ page }) => {
  await lookAt(page, ['/', '/sign-in', '/sign-up', '/setup', '/nowhere', ...tabs])
})

test.describe('as a participant', () => {
  test.use({ storageState: state })
  for (const language of ['en', 'ko'] as const) {
    for (const theme of ['light', 'dark'] as const) {
      test(`every page is accessible and fits the width of a phone, ${language}, ${theme}`, async ({
        page,
        context,
        baseURL,
      }) => {
        await context.addCookies([
          { name: 'lang', value: language, url: baseURL ?? '' },
          { name: 'theme', value: theme, url: baseURL ?? '' },
        ])
        await lookAt(page, ['/', '/account', `/competitions/${slug}/discussion/new`, ...tabs])
        await page.goto(`/competitions/${slug}/discussion`)
        await page.locator('main li a').first().click()
        await page.locator('article').first().waitFor()
        await expectAccessible(page, `a thread (${language}, ${theme})`)
        await page.locator('header button[aria-haspopup=menu]').click()
        await page.getByRole('menu').waitFor()
        await expectAccessible(page, `the menu (${language}, ${theme})`)
      })
    }
  }
})

async function lookAt(page: import('@playwright/test').Page, paths: string[]) {
  for (const path of paths) {
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.goto(path)
    await page.locator('main :is(h1, p)').first().waitFor()
    // Grey bars say that something is still on its way.
    await expect(page.locator('main [role=status][aria-label]')).toHaveCount(0)
    await expectAccessible(page, path)
    for (const width of [320, 390, 768]) {
      await page.setViewportSize({ width, height: 800 })
      await expectNoSidewaysScroll(page, `${path} at ${width}`)
    }
  }
}
