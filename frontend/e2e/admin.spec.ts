/** What an administrator does: help somebody back in, keep somebody out, see what runs, say what holds for the site. */
import type { Page, PlaywrightWorkerArgs } from '@playwright/test'
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  expectWithin,
  setting,
  signIn,
  test,
} from './journey.ts'

const password = 'seven quiet walnut trees'

type Playwright = PlaywrightWorkerArgs['playwright']

const visitorOf = (playwright: Playwright, baseURL: string) =>
  playwright.request.newContext({ baseURL, extraHTTPHeaders: { origin: baseURL } })

// What a failed step leaves behind would close the site to the other journeys.
test.afterEach(async ({ playwright, baseURL }) => {
  const admin = await visitorOf(playwright, baseURL ?? '')
  const login = await admin.post('/api/v1/sessions', {
    data: { login: 'admin', password: setting('PODIUM_E2E_PASSWORD') },
  })
  expect(login.ok(), await login.text()).toBe(true)
  const { fixed, updated_at, updated_by, ...settings } = await (
    await admin.get('/api/v1/admin/settings')
  ).json()
  const data = { ...settings, sign_up: 'open', banner: { en: '', ko: '' } }
  const saved = await admin.put('/api/v1/admin/settings', { data })
  expect(saved.ok(), await saved.text()).toBe(true)
  await admin.dispose()
})

const row = (page: Page, text: string) => page.getByRole('row').filter({ hasText: text })

test('accounts, competitions, jobs and the log', async ({ page, playwright, baseURL }) => {
  const origin = baseURL ?? ''
  const name = `visitor-${Date.now().toString(36)}`
  const visitor = await visitorOf(playwright, origin)
  const made = await visitor.post('/api/v1/users', { data: { name, password, language: 'en' } })
  expect(made.ok(), await made.text()).toBe(true)
  await signIn(page, 'admin', setting('PODIUM_E2E_PASSWORD'))

  await test.step('find somebody and make them a host', async () => {
    await page.goto('/admin')
    await page.getByRole('searchbox', { name: 'Search by name or e-mail' }).fill(name)
    await expect(page.getByRole('row')).toHaveCount(2)
    await page.getByRole('button', { name: `Manage ${name}` }).click()
    await page.getByRole('button', { name: `Change the role of ${name}` }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Role').selectOption('host')
    await expectAccessible(page, 'changing a role')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(row(page, name).first()).toContainText('Host')
  })

  await test.step('give them a way back in', async () => {
    await page.getByRole('button', { name: `Make a link for a new password of ${name}` }).click()
    await expect(page.getByText(`${origin}/reset-password#`)).toBeVisible()
    const made = page.getByRole('alert').filter({ hasText: '/reset-password#' })
    await expectWithin(made.getByRole('button', { name: 'Copy' }), made)
    await expectAccessible(page, 'a link for a new password')
  })

  await test.step('suspend and restore', async () => {
    await page.getByRole('button', { name: `Suspend ${name}` }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Suspend' }).click()
    await expect(row(page, name).first()).toContainText('Suspended')
    expect((await (await visitor.get('/api/v1/me')).json()).user ?? null).toBeNull()
    await page.getByRole('button', { name: `Restore ${name}` }).click()
    await expect(row(page, name).first()).toContainText('Active')
    const again = await visitor.post('/api/v1/sessions', { data: { login: name, password } })
    expect(again.ok(), await again.text()).toBe(true)
  })

  await test.step('see every competition, and go to its desk', async () => {
    await page.getByRole('link', { name: 'Competitions', exact: true }).last().click()
    await page.getByRole('searchbox', { name: 'Search by title or address' }).fill(setting('PODIUM_E2E_SLUG'))
    await expect(row(page, setting('PODIUM_E2E_SLUG'))).toContainText('host')
    await row(page, setting('PODIUM_E2E_SLUG')).getByRole('link').click()
    await expect(page.getByRole('navigation', { name: 'Host' })).toBeVisible()
  })

  await test.step('see what the server works on, and what was done', async () => {
    await page.goto('/admin/jobs')
    await expect(page.getByText(/^\d+ waiting, \d+ running, \d+ stopped\./)).toBeVisible()
    await page.getByRole('link', { name: 'Audit log' }).click()
    await expect(row(page, name).filter({ hasText: 'Role changed' })).toBeVisible()
  })
  await visitor.dispose()
})

test('on a phone and in Korean, what holds for the site is said once for all', async ({
  page,
  playwright,
  baseURL,
}) => {
  const origin = baseURL ?? ''
  await page.context().addCookies([{ name: 'lang', value: 'ko', url: origin }])
  await page.setViewportSize({ width: 390, height: 844 })
  await signIn(page, 'admin', setting('PODIUM_E2E_PASSWORD'))
  const visitor = await visitorOf(playwright, origin)

  await test.step('a banner, in both languages', async () => {
    await page.goto('/admin/settings')
    await page.getByLabel('영어 알림 문구').fill('The server restarts at noon.')
    await page.getByLabel('한국어 알림 문구').fill('정오에 서버를 다시 시작합니다.')
    await page.getByRole('button', { name: '저장' }).click()
    await expect(page.getByText('저장했습니다')).toBeVisible()
    await expect(page.getByText('정오에 서버를 다시 시작합니다.').first()).toBeVisible()
    const { banner } = await (await visitor.get('/api/v1/site')).json()
    expect(banner.en).toBe('The server restarts at noon.')
    await expectAccessible(page, 'settings, in Korean')
    await expectNoSidewaysScroll(page, 'settings, in Korean')
  })

  await test.step('nobody signs up for a while', async () => {
    await page.getByLabel('가입할 수 있는 사람').selectOption('closed')
    await page.getByRole('button', { name: '저장' }).click()
    await expect.poll(async () => (await (await visitor.get('/api/v1/site')).json()).sign_up_open).toBe(false)
    await page.getByLabel('가입할 수 있는 사람').selectOption('open')
    await page.getByLabel('영어 알림 문구').fill('')
    await page.getByLabel('한국어 알림 문구').fill('')
    await page.getByRole('button', { name: '저장' }).click()
    await expect.poll(async () => (await (await visitor.get('/api/v1/site')).json()).sign_up_open).toBe(true)
    await expect(page.getByText('정오에 서버를 다시 시작합니다.')).toHaveCount(0)
  })

  await test.step('the log says who changed it', async () => {
    await page.getByRole('link', { name: '감사 기록' }).click()
    await expect(page.getByRole('row').nth(1)).toContainText('admin')
    await expectNoSidewaysScroll(page, 'the log, in Korean')
  })
  await visitor.dispose()
})
