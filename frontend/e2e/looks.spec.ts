import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, expectNoSidewaysScroll, newcomer, setting, test } from './journey.ts'
import { lookAt } from './look-at.ts'

// Each test looks at some twenty pages at four widths: half a minute alone, more beside a compiler.
test.describe.configure({ timeout: 180_000 })

const slug = setting('PODIUM_E2E_SLUG')
const tabs = ['', '/data', '/discussion', '/submit', '/leaderboard', '/team', '/rules'].map(
  (tab) => `/competitions/${slug}${tab}`,
)
/** Where the links of mails lead, whole and cut off. */
const links = ['/verify-email', '/unsubscribe#token=abc.def', '/verify-email#token=abc.def', '/unsubscribe']
const state = 'test-results/member.json'
let person = ''

/**
 * A participant with one entry and one thread, made through the API; another one invites them, asks them to merge and looks
 * for people, so that the page of the team has something of everything.
 */
test.beforeAll(async ({ playwright, baseURL }) => {
  const { api, post, submit, name } = await newcomer(playwright, baseURL ?? '', slug, 'looker')
  person = `/people/${name}`
  const team = `/competitions/${slug}/team`
  await post(`${team}/invites`, { data: { uses: 2 } })
  const other = await newcomer(playwright, baseURL ?? '', slug, 'asker')
  await other.post(`${team}/invites`, { data: { name } })
  await other.post(`${team}/merges`, { data: { team: name } })
  const looking = await other.api.patch(`/api/v1${team}`, {
    data: { is_looking: true, looking_note: 'Somebody who knows photographs.' },
  })
  expect(looking.ok(), await looking.text()).toBe(true)
  await other.api.dispose()
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

test('signed out, every page is accessible and fits the width of a phone', async ({ page, watched }) => {
  watched.expectFailure(/^404 GET .*\/people\/nobody$/)
  const forms = ['/sign-in', '/sign-up', '/setup', '/reset-password', ...links]
  const others = ['/privacy', '/invite', '/notices', '/account', '/people/nobody', person, '/nowhere']
  await lookAt(page, ['/', ...forms, ...others, ...tabs], { byTab: true })
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
        const own = ['/account', '/notices', '/invite', '/privacy', person]
        const pages = ['/', ...own, ...links, `/competitions/${slug}/discussion/new`, ...tabs]
        await lookAt(page, pages, { byTab: language === 'en' && theme === 'light' })
        await lookAtMerging(page, `(${language}, ${theme})`)
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

/** What a merge would mean, and the question before one confirms. */
async function lookAtMerging(page: Page, look: string) {
  await page.goto(`/competitions/${slug}/team`)
  await page
    .getByRole('button', { name: /^(Merge|합치기): / })
    .first()
    .click()
  await expect(page.locator('main form dl')).toBeVisible()
  await expectAccessible(page, `the outlook of a merge ${look}`)
  await expectNoSidewaysScroll(page, `the outlook of a merge ${look}`)
  await page.locator('main button[aria-haspopup=dialog]').first().click()
  await page.getByRole('alertdialog').waitFor()
  await expectAccessible(page, `the question before merging ${look}`)
}
