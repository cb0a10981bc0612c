import { expectAccessible, expectNoSidewaysScroll, setting, test } from './journey.ts'

const slug = setting('PODIUM_E2E_SLUG')
const pages = [
  '/',
  '/sign-in',
  '/sign-up',
  ...['', '/data', '/discussion', '/submit', '/leaderboard', '/rules'].map(
    (tab) => `/competitions/${slug}${tab}`,
  ),
]

for (const language of ['en', 'ko'] as const) {
  for (const theme of ['light', 'dark'] as const) {
    test(`every public page is accessible and fits, ${language}, ${theme}`, async ({
      page,
      context,
      baseURL,
    }) => {
      await context.addCookies([
        { name: 'lang', value: language, url: baseURL ?? '' },
        { name: 'theme', value: theme, url: baseURL ?? '' },
      ])
      for (const path of pages) {
        await page.setViewportSize({ width: 1280, height: 900 })
        await page.goto(path)
        await page.locator('h1').first().waitFor()
        await page.locator('main [role=status][aria-label]').waitFor({ state: 'detached' })
        await expectAccessible(page, `${path} (${language}, ${theme})`)
        for (const width of [320, 390, 768]) {
          await page.setViewportSize({ width, height: 800 })
          await expectNoSidewaysScroll(page, `${path} at ${width}`)
        }
      }
    })
  }
}
