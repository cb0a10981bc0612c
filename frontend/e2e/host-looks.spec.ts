/** Every page of hosts and administrators: axe, the Tab key, and the widths of phones, in both languages and both themes. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, newcomer, setting, signIn, test } from './journey.ts'
import { lookAt } from './look-at.ts'

const slug = setting('PODIUM_E2E_SLUG')
const draft = `looked-at-${Date.now().toString(36)}`
const inTheFuture = encodeURIComponent(JSON.stringify(new Date(Date.now() + 60 * 86_400_000).toISOString()))
const host = (of: string, sections: string[]) =>
  sections.map((section) => `/competitions/${of}/host${section}`)

const pages = [
  '/host/new',
  ...host(draft, ['', '/task', '/words', '/dates', '/pages', '/files', '/access']),
  ...host(slug, [
    '',
    '/participants',
    '/invites',
    '/teams',
    '/entries',
    '/rescoring',
    '/announcements',
    '/rehearsal',
    `/rehearsal?at=${inTheFuture}`,
    '/ending',
    '/exports',
    '/hosts',
    '/queue',
    '/downloads',
    '/log',
  ]),
  `/competitions/${slug}/discussion/reports`,
]
const adminPages = ['', '/competitions', '/jobs', '/settings', '/audit'].map((tab) => `/admin${tab}`)

/** A draft with everything still open, and a team with an entry in the running competition. */
test.beforeAll(async ({ playwright, baseURL }) => {
  const origin = baseURL ?? ''
  const api = await playwright.request.newContext({ baseURL: origin, extraHTTPHeaders: { origin } })
  const login = await api.post('/api/v1/sessions', {
    data: { login: 'host', password: setting('PODIUM_E2E_PASSWORD') },
  })
  expect(login.ok(), await login.text()).toBe(true)
  const file = (name: string) => ({
    name: `${name}.csv`,
    mimeType: 'text/csv',
    buffer: readFileSync(new URL(`../../docs/examples/three-files/${name}.csv`, import.meta.url)),
  })
  const made = await api.post('/api/v1/competitions', {
    multipart: { slug: draft, title: 'Looked at', train: file('train'), test: file('test') },
  })
  expect(made.ok(), await made.text()).toBe(true)
  await api.dispose()
  const member = await newcomer(playwright, origin, slug, 'looked')
  await member.submit(readFileSync(setting('PODIUM_E2E_GOOD')))
  await member.api.dispose()
})

const looks = [
  ['en', 'light'],
  ['en', 'dark'],
  ['ko', 'light'],
  ['ko', 'dark'],
] as const

async function dress(page: Page, [language, theme]: (typeof looks)[number], url: string) {
  await page.context().addCookies([
    { name: 'lang', value: language, url },
    { name: 'theme', value: theme, url },
  ])
}

for (const look of looks) {
  test(`the host's pages are accessible and fit the width of a phone, ${look.join(', ')}`, async ({
    page,
    baseURL,
  }) => {
    test.setTimeout(180_000)
    await dress(page, look, baseURL ?? '')
    await signIn(page, 'host', setting('PODIUM_E2E_PASSWORD'))
    // Before the end there is no private leaderboard to rehearse, and the page says so.
    await lookAt(page, pages, { byTab: look === looks[0] })
    await page.goto(`/competitions/${slug}/host/teams`)
    await page.locator('main td button').first().click()
    await page.locator('main td button[aria-haspopup=dialog]').first().click()
    await page.getByRole('dialog').waitFor()
    await expectAccessible(page, `a dialog of the host's (${look.join(', ')})`)
  })

  test(`the administrator's pages are accessible and fit the width of a phone, ${look.join(', ')}`, async ({
    page,
    baseURL,
  }) => {
    await dress(page, look, baseURL ?? '')
    await signIn(page, 'admin', setting('PODIUM_E2E_PASSWORD'))
    await lookAt(page, adminPages, { byTab: look === looks[0] })
  })
}

test('who is neither host nor administrator is told so', async ({ page, playwright, baseURL }) => {
  const { api } = await newcomer(playwright, baseURL ?? '', slug, 'neither')
  await page.context().addCookies((await api.storageState()).cookies)
  for (const [path, words] of [
    [`/competitions/${slug}/host`, 'For hosts of this competition'],
    ['/host/new', 'For hosts'],
    ['/admin', 'Administrators only'],
    ['/admin/settings', 'Administrators only'],
  ] as const) {
    await page.goto(path)
    await expect(page.getByText(words, { exact: true })).toBeVisible()
  }
  await api.dispose()
})
