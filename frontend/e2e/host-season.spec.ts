/**
 * A host's season after the launch, on the real program: a page is edited, entries come in, a wrong solution is scored
 * again with its preview, people are helped and told, the ending is rehearsed, then the competition closes, the private
 * leaderboard comes out and everything is put away.
 */
import { readFileSync } from 'node:fs'
import type { APIRequestContext, Page } from '@playwright/test'
import {
  expect,
  expectAccessible,
  expectNoSidewaysScroll,
  expectWithin,
  newcomer,
  setting,
  signIn,
  test,
} from './journey.ts'

const read = (name: string) =>
  readFileSync(new URL(`../../docs/examples/three-files/${name}.csv`, import.meta.url))
const [, ...rows] = read('test').toString().trim().split('\n')
const truth = rows.map((row) => {
  const values = row.split(',')
  return [values[0] ?? '', values.at(-1) ?? ''] as const
})
const csv = (labels: readonly (readonly [string, string])[]) =>
  Buffer.from(['id,bird', ...labels.map((row) => row.join(',')), ''].join('\n'))

/** Right by the first solution. */
const good = csv(truth)
/** The corrected solution: most birds were ducks after all, so that the entry that says so everywhere wins. */
const corrected = csv(truth.map(([id, bird], at) => [id, at % 5 === 0 ? bird : 'duck']))
const plain = read('sample_submission')

/** A competition that has begun, complete but for the publishing; made through the API by whoever is signed in. */
async function draft(api: APIRequestContext, origin: string, slug: string): Promise<void> {
  const headers = { origin }
  // biome-ignore lint/suspicious/noExplicitAny: the manifest goes back as it came, with a few changes
  const sent = async (answer: Awaited<ReturnType<APIRequestContext['get']>>): Promise<any> => {
    expect(answer.ok(), `${answer.url()}: ${await answer.text()}`).toBe(true)
    return answer.json()
  }
  const file = (name: string) => ({ name: `${name}.csv`, mimeType: 'text/csv', buffer: read(name) })
  const { manifest } = await sent(
    await api.post('/api/v1/competitions', {
      headers,
      multipart: {
        slug,
        title: 'Birds of a season',
        summary: 'Tell ducks, geese and swans apart.',
        licence: 'CC0-1.0',
        zone: 'Asia/Seoul',
        train: file('train'),
        test: file('test'),
        sample: file('sample_submission'),
      },
    }),
  )
  const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10)
  manifest.dates = { ...manifest.dates, start: `${day(-2)}T09:00:00`, end: `${day(9)}T18:00:00` }
  for (const column of manifest.columns) column.meaning = { en: 'A measure', ko: '잰 값' }
  await sent(await api.put(`/api/v1/competitions/${slug}`, { headers, data: manifest }))
  for (const page of ['overview', 'data']) {
    const at = `/api/v1/competitions/${slug}/pages/${page}/en`
    await sent(await api.put(at, { headers, data: { markdown: '# Birds\n\nWardens count them.' } }))
  }
}

const row = (page: Page, team: string) => page.getByRole('row').filter({ hasText: team })

test('a season from the launch to the archive', async ({ page, playwright, baseURL }) => {
  test.setTimeout(120_000)
  const origin = baseURL ?? ''
  const slug = `season-${Date.now().toString(36)}`
  const at = (section: string) => `/competitions/${slug}/host${section}`
  await signIn(page, 'host', setting('PODIUM_E2E_PASSWORD'))
  await draft(page.request, origin, slug)

  await test.step('publish what the checklist has nothing against', async () => {
    await page.goto(at(''))
    await expect(page.getByText(/keeps? it from being published/)).toHaveCount(0)
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    await expect(page.getByText('Running').first()).toBeVisible()
  })

  await test.step('edit a page beside what readers will see', async () => {
    await page.getByRole('link', { name: 'Pages', exact: true }).click()
    await page.getByLabel('Text, Markdown').fill('# Birds\n\nWardens count **swans** first.')
    await expect(page.getByRole('region', { name: 'Preview' }).locator('strong')).toHaveText('swans')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(page.getByText('Saved')).toBeVisible()
  })

  const [right, ducks] = [
    await newcomer(playwright, origin, slug, 'right'),
    await newcomer(playwright, origin, slug, 'ducks'),
  ]
  await right.submit(good)
  await ducks.submit(plain)

  await test.step('look at the entries that came in', async () => {
    await expect
      .poll(async () => (await (await page.request.get(`/api/v1/competitions/${slug}`)).json()).entries)
      .toBe(2)
    await page.getByRole('link', { name: 'Entries', exact: true }).click()
    await expect(row(page, right.name)).toContainText('1.00000')
    await expectAccessible(page, 'entries')
  })

  await test.step('score again by a corrected solution, and see who moves before it counts', async () => {
    await page.getByRole('link', { name: 'Rescoring' }).click()
    await page.getByRole('button', { name: 'Preview' }).click()
    await expect(page.getByText('Add a solution, or choose another metric.')).toBeVisible()
    await page
      .getByLabel('Drop the corrected solution here')
      .setInputFiles({ name: 'solution.csv', mimeType: 'text/csv', buffer: corrected })
    await page.getByLabel('Reason').fill('Most birds were ducks.')
    await page.getByRole('button', { name: 'Preview' }).click()
    await expect(page.getByText('2 of 2 teams change rank')).toBeVisible()
    await expect(row(page, ducks.name)).toContainText('1 place up')
    await expectAccessible(page, 'the preview of a rescoring')
    await page.getByRole('button', { name: 'Publish' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Publish' }).click()
    await expect(page.getByRole('row').filter({ hasText: 'Most birds were ducks.' })).toContainText(
      'Published',
    )
    await page.getByRole('link', { name: 'Entries', exact: true }).click()
    await page.getByRole('button', { name: new RegExp(`^Scores of .*${ducks.name}`) }).click()
    await expect(page.getByText('Version 2').first()).toBeVisible()
    await expect(page.getByText('Version 1').first()).toBeVisible()
  })

  await test.step('give a team entries, and tell everybody something', async () => {
    await page.getByRole('link', { name: 'Teams', exact: true }).click()
    await page.getByRole('button', { name: new RegExp(`^Manage .*${right.name}`) }).click()
    await page.getByRole('button', { name: /^Give entries to/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Reason').fill('The label was ours to mend.')
    await expectAccessible(page, 'giving entries')
    await dialog.getByRole('button', { name: 'Give' }).click()
    await expect(page.getByText(/^1 more entry on/)).toBeVisible()

    await page.getByRole('link', { name: 'Announcements' }).click()
    await page.getByLabel('Title').fill('The solution was corrected')
    await page.getByLabel('Text', { exact: true }).fill('Look at your *new* score.')
    await page.getByRole('button', { name: 'Announce' }).click()
    await expect(page.getByText('Announced. Every participant is told.')).toBeVisible()
    const notices = await (await right.api.get('/api/v1/me/notifications')).json()
    expect(JSON.stringify(notices)).toContain('The solution was corrected')
  })

  await test.step('disqualify and reinstate with a reason', async () => {
    await page.getByRole('link', { name: 'Teams', exact: true }).click()
    await page.getByRole('button', { name: new RegExp(`^Manage .*${ducks.name}`) }).click()
    await page.getByRole('button', { name: /^Disqualify/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/^Reason/).fill('Looked like a probe.')
    await dialog.getByRole('button', { name: 'Disqualify' }).click()
    await expect(page.getByText('Disqualified: Looked like a probe.')).toBeVisible()
    await expect(dialog).toHaveCount(0)
    await page.getByRole('button', { name: /^Reinstate/ }).click()
    await dialog.getByRole('button', { name: 'Reinstate' }).click()
    await expect(page.getByText('Disqualified: Looked like a probe.')).toHaveCount(0)
  })

  await test.step('rehearse the ending', async () => {
    await page.getByRole('link', { name: 'Rehearsal' }).click()
    await page.getByRole('button', { name: 'At the end' }).click()
    await expect(page.getByText(/^Rehearsal: as of/)).toBeVisible()
    await expect(page.getByText('Taken and scored as late ones, not ranked.')).toBeVisible()
    const board = page.getByRole('table', { name: 'Private leaderboard' })
    await expect(board.getByRole('row').nth(1)).toContainText(ducks.name)
    await expectAccessible(page, 'a rehearsal')
    await page.getByRole('button', { name: 'End the rehearsal' }).click()
    await expect(page.getByText(/^Rehearsal: as of/)).toHaveCount(0)
  })

  await test.step('close', async () => {
    const seoul = new Date(Date.now() + 9 * 3_600_000 + 1_000).toISOString().slice(0, 19)
    const closed = await page.request.patch(`/api/v1/competitions/${slug}/rules`, {
      headers: { origin },
      data: { reason: 'Everybody is done.', dates: { end: seoul } },
    })
    expect(closed.ok(), await closed.text()).toBe(true)
    await expect
      .poll(async () => (await (await page.request.get(`/api/v1/competitions/${slug}`)).json()).state)
      .toBe('closed')
  })

  await test.step('release the private leaderboard', async () => {
    await page.goto(at('/ending'))
    await expect(page.getByText('Everybody who finds the competition sees')).toBeVisible()
    await expectAccessible(page, 'the end')
    await page.getByRole('button', { name: 'Release' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Release' }).click()
    await expect(page.getByText('It is out: final ranks are shown to everybody.')).toBeVisible()
  })

  await test.step('take the closing archive and put the competition away', async () => {
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download the closing archive' }).click()
    expect((await download).suggestedFilename()).toBe(`${slug}-closing-archive.zip`)
    await page.getByRole('button', { name: 'Put away' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Put away' }).click()
    await expect(page.getByText('Archived').first()).toBeVisible()
  })

  await test.step('begin the next round from it', async () => {
    await page.getByRole('button', { name: 'Make a copy' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/^Teams that qualify/).fill('1')
    await dialog.getByRole('button', { name: 'Make a copy' }).click()
    await expect(page).toHaveURL(new RegExp(`/competitions/${slug}-2/host$`))
    await expect(page.getByText('Draft').first()).toBeVisible()
  })
  await right.api.dispose()
  await ducks.api.dispose()
})

test('on a phone and in Korean, a host lets people in and turns them away', async ({
  page,
  playwright,
  baseURL,
}) => {
  const origin = baseURL ?? ''
  const slug = `season-ko-${Date.now().toString(36)}`
  await page.context().addCookies([{ name: 'lang', value: 'ko', url: origin }])
  await page.setViewportSize({ width: 390, height: 844 })
  await signIn(page, 'host', setting('PODIUM_E2E_PASSWORD'))
  await draft(page.request, origin, slug)
  const published = await page.request.post(`/api/v1/competitions/${slug}/publish`, { headers: { origin } })
  expect(published.ok(), await published.text()).toBe(true)

  const section = async (name: string) => {
    await page.getByRole('navigation', { name: '운영' }).getByRole('button').click()
    await page.getByRole('link', { name, exact: true }).click()
  }

  await test.step('who joins is let in by a host', async () => {
    await page.goto(`/competitions/${slug}/host`)
    await section('참가 자격과 순위')
    await page.getByLabel('참가할 수 있는 사람').selectOption('approval')
    await page.getByLabel('바꾸는 이유').fill('먼저 살펴봅니다.')
    await page.getByRole('button', { name: '저장' }).click()
    await expect(page.getByText('저장했습니다')).toBeVisible()
    await expectAccessible(page, 'sign-up, in Korean')
    await expectNoSidewaysScroll(page, 'sign-up, in Korean')
  })

  const [in_, out] = [
    await newcomer(playwright, origin, slug, 'kim'),
    await newcomer(playwright, origin, slug, 'lee'),
  ]

  await test.step('one is let in, another is not and reads why', async () => {
    await section('참가자')
    await expect(page.getByText('2명이 참가를 신청했습니다')).toBeVisible()
    await page.getByRole('button', { name: `${in_.name} 승인` }).click()
    await expect(row(page, in_.name)).toContainText('참가 중')
    await page.getByRole('button', { name: `${out.name} 거절` }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/사유/).fill('정원이 찼습니다.')
    await dialog.getByRole('button', { name: '거절' }).click()
    await expect(row(page, out.name)).toContainText('정원이 찼습니다.')
    await expectAccessible(page, 'participants, in Korean')
    await expectNoSidewaysScroll(page, 'participants, in Korean')
  })

  await test.step('a roster becomes accounts, with links that are shown once', async () => {
    await section('초대')
    await page.getByText('명단', { exact: true }).click()
    const name = `park-${Date.now().toString(36)}`
    await page
      .getByLabel('명단을 여기에 놓으십시오')
      .setInputFiles({ name: 'roster.csv', mimeType: 'text/csv', buffer: Buffer.from(`name\n${name}\n`) })
    await page.getByRole('button', { name: '계정 만들기' }).click()
    await expect(page.getByText('계정 1개를 만들었습니다')).toBeVisible()
    await expect(row(page, name)).toContainText('/reset-password#')
    await expectNoSidewaysScroll(page, 'links of a roster')
    const links = page.getByRole('table').filter({ hasText: '/reset-password#' }).locator('..')
    await expectWithin(row(page, name).getByRole('button', { name: '복사' }), links)
  })
  await in_.api.dispose()
  await out.api.dispose()
})
