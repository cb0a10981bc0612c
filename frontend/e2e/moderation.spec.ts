/**
 * A post that does not belong there, on the real program: read, reported, hidden and shown again. Once in English on a
 * desktop, once in Korean on a phone and dark.
 */
import type { Page } from '@playwright/test'
import { discussion as enDiscussion } from '../src/i18n/discussion/en.ts'
import { discussion as koDiscussion } from '../src/i18n/discussion/ko.ts'
import { en } from '../src/i18n/en.ts'
import { ko } from '../src/i18n/ko.ts'
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  newcomer,
  setting,
  signIn,
  test,
} from './journey.ts'

const slug = setting('PODIUM_E2E_SLUG')
const password = setting('PODIUM_E2E_PASSWORD')

const looks = [
  { language: 'en', theme: 'light', size: { width: 1280, height: 900 }, t: en, words: enDiscussion },
  { language: 'ko', theme: 'dark', size: { width: 390, height: 844 }, t: ko, words: koDiscussion },
] as const

async function lookOver(page: Page, where: string) {
  await expectAccessible(page, where)
  await expectNoSidewaysScroll(page, where)
}

for (const { language, theme, size, t, words } of looks) {
  test(`a reported post is hidden until a host shows it again, ${language}, ${size.width} pixels wide`, async ({
    page: reader,
    browser,
    playwright,
    baseURL: url,
    watched,
  }) => {
    const baseURL = url ?? ''
    const dressed = [
      { name: 'lang', value: language, url: baseURL },
      { name: 'theme', value: theme, url: baseURL },
    ]
    const writer = await newcomer(playwright, baseURL, slug, 'writer')
    const other = await newcomer(playwright, baseURL, slug, 'reader')
    const text = `The third label is always Apple, says ${writer.name}.`
    const title = `What ${writer.name} found out`
    await writer.post(`/competitions/${slug}/threads`, { data: { title, markdown: text } })

    await test.step('a reader reports it and says why', async () => {
      await reader.setViewportSize(size)
      await reader.context().addCookies([...dressed, ...(await other.api.storageState()).cookies])
      await reader.goto(`/competitions/${slug}/discussion`)
      await reader.getByRole('link', { name: title }).click()
      await reader.getByRole('button', { name: words.report, exact: true }).click()
      const dialog = reader.getByRole('dialog', { name: words.reportTitle(writer.name) })
      await dialog.getByLabel(words.reason).fill('It tells a label.')
      await lookOver(reader, 'the window of a report')
      await dialog.getByRole('button', { name: words.report, exact: true }).click()
      await expect(dialog.getByText(words.reported)).toBeVisible()
      await reader.keyboard.press('Escape')
      await expect(dialog).toBeHidden()
    })

    const context = await browser.newContext({ baseURL, viewport: size })
    await context.addCookies(dressed)
    const host = await context.newPage()
    await watched.alsoWatch(host)
    const report = host.getByRole('article').filter({ hasText: text })

    await test.step('a host finds the report and hides the post', async () => {
      await signIn(host, 'host', password)
      await host.goto(`/competitions/${slug}/discussion`)
      await host.getByRole('link', { name: words.reports, exact: true }).click()
      await expect(report).toContainText('It tells a label.')
      await lookOver(host, 'reports that wait')
      await report.getByRole('button', { name: words.hide, exact: true }).click()
      await expect(report).toHaveCount(0)
      await lookOver(host, 'no report that waits')
    })

    await test.step('readers are told that it is hidden, and its text has left', async () => {
      await reader.reload()
      await expect(reader.getByText(words.hiddenText)).toBeVisible()
      await expect(reader.getByText(text)).toHaveCount(0)
      await lookOver(reader, 'a thread with a hidden post')
    })

    await test.step('the host sees what was decided, and shows the post again', async () => {
      await host.getByText(words.reportViews.all, { exact: true }).click()
      await expect(report.getByText(words.decisions.hidden, { exact: true })).toBeVisible()
      await lookOver(host, 'all reports')
      await report.getByRole('button', { name: words.showAgain }).click()
      await expect(report.getByText(words.decisions.kept, { exact: true })).toBeVisible()
      await reader.reload()
      await expect(reader.getByText(text)).toBeVisible()
    })

    await test.step('an edit tells which words were changed', async () => {
      const thread = new URL(reader.url()).pathname.split('/').at(-1)
      const posts = await (await writer.api.get(`/api/v1/threads/${thread}/posts`)).json()
      const edited = await writer.api.patch(`/api/v1/posts/${posts.items[0].id}`, {
        data: { markdown: text.replace('always', 'never') },
      })
      expect(edited.ok(), await edited.text()).toBe(true)
      await reader.reload()
      await reader.getByRole('button', { name: words.edited }).click()
      const dialog = reader.getByRole('dialog', { name: words.versions })
      await expect(dialog.locator('del').filter({ hasText: 'always' })).toBeVisible()
      await lookOver(reader, 'the edits of a post')
      await dialog.getByRole('button', { name: t.common.close }).click()
      await expect(dialog).toBeHidden()
    })

    await context.close()
    await writer.api.dispose()
    await other.api.dispose()
  })
}
