/**
 * Pictures of the main pages for `docs/screens`, from the example competition (MIT) with people of this file's own.
 *
 * As a test it compares, and so notices a page that is broken; `cargo xtask screens` takes the pictures anew. Days and
 * times on them change from run to run, which is within the tolerance; a lost style sheet, an empty table or a page of
 * errors is not. It runs before the other journeys, on a server that has nobody else yet.
 */
import { readFileSync } from 'node:fs'
import type { APIRequestContext, Page } from '@playwright/test'
import { expect, setting, signIn, test } from './journey.ts'

const slug = setting('PODIUM_E2E_SLUG')
const good = setting('PODIUM_E2E_GOOD')
const password = 'seven quiet walnut trees'
const me = 'Haneul'

/** Person, name of the team, and every how manyth answer is changed for a wrong one, in each entry. */
const people: [person: string, team: string, wrong: number[]][] = [
  ['Minji', 'Quiet Gradients', [4, 9, 40]],
  ['Ada', 'Greedy 고래', [7, 30]],
  ['Jorge', 'Sparse Kernels', [5, 24]],
  [me, '봄날의 오차', [3, 6, 18]],
  ['Theo', 'Warm 경사하강', [16]],
  ['Sora', 'Bold Priors', [4, 13]],
  ['Amara', '용감한 Folds', [11]],
  ['Wen', 'Nearest Neighbours', [8]],
  ['Lucía', 'Late Stopping', [6]],
  ['Jiho', '한 걸음 더', [5]],
  ['Priya', 'Off by One', [3]],
  ['Noor', 'Coin Toss', [2]],
]

/** The accepted submission with each `every`th label replaced by the label of another row. */
function entry(every: number): Buffer {
  const [header, ...rows] = readFileSync(good, 'utf8').trim().split('\n')
  const labels = [...new Set(rows.map((row) => row.split(',')[1] ?? ''))]
  const changed = rows.map((row, index) => {
    const [id, label = ''] = row.split(',')
    const other = labels[(labels.indexOf(label) + 1 + (index % 2)) % labels.length]
    return index % every === every - 1 ? `${id},${other}` : row
  })
  return Buffer.from([header, ...changed, ''].join('\n'))
}

test.describe.configure({ mode: 'serial' })

let member = ''

test.beforeAll(async ({ playwright, baseURL }, info) => {
  const origin = baseURL ?? ''
  const rules = async (api: APIRequestContext) => {
    const { items } = await (await api.get(`/api/v1/competitions/${slug}/pages?language=en`)).json()
    return items.find((page: { name: string }) => page.name === 'rules').sha256 as string
  }
  for (const [name, team_name, wrong] of people) {
    const api = await playwright.request.newContext({ baseURL: origin, extraHTTPHeaders: { origin } })
    const post = async (path: string, options: object) => {
      const answer = await api.post(`/api/v1${path}`, options)
      expect(answer.ok(), `${path}: ${await answer.text()}`).toBe(true)
    }
    await post('/users', { data: { name, password, language: 'en' } })
    await post(`/competitions/${slug}/join`, {
      data: { accept_rules: true, rules_sha256: await rules(api), team_name },
    })
    for (const every of wrong) {
      await post(`/competitions/${slug}/submissions`, {
        multipart: {
          note: every > 20 ? 'Colour histogram and texture' : 'Colour histogram',
          file: { name: `histogram-${every}.csv`, mimeType: 'text/csv', buffer: entry(every) },
        },
      })
    }
    if (name === 'Ada') {
      await post(`/competitions/${slug}/threads`, {
        data: {
          title: 'Which features helped you?',
          markdown:
            'Mean colour alone gives me $F_1 = 0.61$. A histogram with 8 bins for each channel is better:\n\n```python\nhist, _ = np.histogramdd(pixels, bins=8, range=[(0, 256)] * 3)\nx = hist.ravel() / hist.sum()\n```\n\n| Features | F1 |\n|---|---|\n| mean colour | 0.61 |\n| histogram | 0.78 |',
        },
      })
    }
    const team = `/competitions/${slug}/team`
    if (name === me) await post(`${team}/invites`, { data: { uses: 2 } })
    if (name === 'Noor') await post(`${team}/merges`, { data: { team: '봄날의 오차' } })
    if (name === 'Priya') {
      const looking_note = 'I know augmentation, and look for somebody who knows trees.'
      const answer = await api.patch(`/api/v1${team}`, { data: { is_looking: true, looking_note } })
      expect(answer.ok(), await answer.text()).toBe(true)
    }
    if (name === me) {
      member = info.outputPath('member.json')
      await api.storageState({ path: member })
    }
    await api.dispose()
  }
})

interface Look {
  language?: 'en' | 'ko'
  theme?: 'light' | 'dark'
  phone?: boolean
  /** What stands at the top of the picture; the top of the page, unless said. */
  from?: string
}

/** Opens a page in one look, and compares it with the picture of that name. */
async function picture(page: Page, name: string, path: string, look: Look = {}) {
  await page.context().addCookies([
    { name: 'lang', value: look.language ?? 'en', url: base() },
    { name: 'theme', value: look.theme ?? 'light', url: base() },
  ])
  await page.setViewportSize(look.phone ? { width: 390, height: 844 } : { width: 1280, height: 832 })
  await page.goto(path)
  await expect(page.locator('main :is(h1, h2, p)').first()).toBeVisible()
  // Grey bars say that something is still on its way.
  await expect(page.locator('main [role=status][aria-label]')).toHaveCount(0)
  await page.evaluate(() => document.fonts.ready)
  if (look.from)
    await page.locator(look.from).evaluate((part) => part.scrollIntoView({ behavior: 'instant' }))
  await expect(page).toHaveScreenshot(`${name}.png`, { maxDiffPixelRatio: 0.03 })
}

const base = () => test.info().project.use.baseURL ?? ''
const at = (tab: string) => `/competitions/${slug}${tab}`

test('a visitor sees what there is', async ({ page }) => {
  await picture(page, 'home', '/')
  await picture(page, 'home-phone-ko', '/', { language: 'ko', phone: true })
  await picture(page, 'sign-up', '/sign-up')
})

test('a participant sees the pages of the competition', async ({ browser }) => {
  const context = await browser.newContext({ storageState: member, baseURL: base() })
  const page = await context.newPage()
  // Every entry is scored before the first picture.
  await page.goto(at('/leaderboard'))
  await expect(page.getByRole('table', { name: `Leaderboard, ${people.length} teams` })).toBeVisible()
  await expect
    .poll(async () => (await (await page.request.get(`/api/v1/competitions/${slug}`)).json()).my_rank)
    .toBeGreaterThan(0)
  await picture(page, 'overview', at(''))
  await picture(page, 'data', at('/data'))
  await picture(page, 'pictures', at('/data?folder=images/train'), { from: '#files' })
  await picture(page, 'submit', at('/submit'))
  await picture(page, 'submit-phone-dark-ko', at('/submit'), { language: 'ko', theme: 'dark', phone: true })
  await picture(page, 'leaderboard', at('/leaderboard'))
  await picture(page, 'leaderboard-dark-ko', at('/leaderboard'), { language: 'ko', theme: 'dark' })
  await picture(page, 'leaderboard-phone', at('/leaderboard'), { phone: true })
  await page.getByRole('link', { name: 'Greedy 고래', exact: true }).click()
  await page.getByRole('dialog').getByRole('img').waitFor()
  await picture(page, 'leaderboard-team', `${new URL(page.url()).pathname}${new URL(page.url()).search}`)
  await picture(page, 'discussion', at('/discussion'))
  await page.locator('main li a[data-item]').first().click()
  await page.locator('article').first().waitFor()
  await picture(page, 'thread', new URL(page.url()).pathname)
  await picture(page, 'rules', at('/rules'))
  await picture(page, 'team', at('/team'))
  await picture(page, 'team-phone-dark-ko', at('/team'), { language: 'ko', theme: 'dark', phone: true })
  await picture(page, 'merge', at('/team'), { from: 'main section:has(datalist)' })
  await picture(page, 'person', '/people/Ada')
  await picture(page, 'notices', '/notices')
  await picture(page, 'account', '/account')
  await context.close()
})

test('a host sees the desk', async ({ page }) => {
  await signIn(page, 'host', setting('PODIUM_E2E_PASSWORD'))
  await picture(page, 'create', '/host/new')
  await picture(page, 'host-task', at('/host/task'))
  await picture(page, 'host-pages-dark', at('/host/pages'), { theme: 'dark' })
  await picture(page, 'host-dates', at('/host/dates'))
  await picture(page, 'host-participants', at('/host/participants'))
  await picture(page, 'host-entries-phone-ko', at('/host/entries'), { language: 'ko', phone: true })
  // Long after the end, so that the private leaderboard is there to be rehearsed.
  const later = encodeURIComponent(JSON.stringify('2099-12-31T23:00:00.000Z'))
  await picture(page, 'host-rehearsal', at(`/host/rehearsal?at=${later}`))
  await picture(page, 'host-ending', at('/host/ending'))
})

test('an administrator sees the site', async ({ page }) => {
  await signIn(page, 'admin', setting('PODIUM_E2E_PASSWORD'))
  await picture(page, 'admin-users', '/admin')
  await picture(page, 'admin-settings-dark-ko', '/admin/settings', { language: 'ko', theme: 'dark' })
})
