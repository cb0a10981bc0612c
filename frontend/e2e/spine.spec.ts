import { expect, expectAccessible, setting, test } from './journey.ts'

const slug = setting('PODIUM_E2E_SLUG')
const line = setting('PODIUM_E2E_BAD_LINE')

test('from sign-up to a ranked entry and a post, without a reload', async ({ page, watched }) => {
  const name = `walker-${Date.now().toString(36)}`
  let loads = 0
  page.on('load', () => loads++)

  await test.step('find the competition and sign up', async () => {
    await page.goto('/')
    await expect(page.getByRole('heading', { level: 1, name: 'Competitions' })).toBeVisible()
    await expectAccessible(page, 'home')
    await page.locator(`a[href="/competitions/${slug}"]`).first().click()
    await expect(page.getByRole('tab').or(page.getByRole('link', { name: 'Overview' }))).toBeVisible()
    await page.getByRole('link', { name: 'Sign in to join' }).click()
    await page.getByRole('link', { name: 'Create account' }).click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Password').fill('seven quiet walnut trees')
    await expectAccessible(page, 'sign up')
    await page.getByRole('button', { name: 'Create account' }).click()
  })

  await test.step('read the rules and join', async () => {
    await expect(page).toHaveURL(new RegExp(`/competitions/${slug}/rules$`))
    await page.getByLabel('I have read the rules and accept them.').check()
    await expectAccessible(page, 'rules')
    await page.getByRole('button', { name: 'Join the competition' }).click()
    await expect(page.getByText(`You have joined as "${name}".`)).toBeVisible()
  })

  await test.step('read the data', async () => {
    await page.getByRole('link', { name: 'See the data' }).click()
    await expect(page.getByRole('link', { name: 'Download all' })).toBeVisible()
    await page.getByRole('link', { name: /^train\.csv/ }).click()
    await expect(page.getByRole('region', { name: 'train.csv' }).getByRole('rowheader').first()).toBeVisible()
    await page.getByText('Rows', { exact: true }).click()
    await expect(page.getByText(/^(First|All) [\d,]+/)).toBeVisible()
    await expectAccessible(page, 'data')
  })

  await test.step('look at a picture', async () => {
    const folders = page.getByRole('link', { name: /[\d,]+ files?$/ })
    const thumbnail = page.getByRole('link', { name: /^Picture / }).first()
    while (!(await thumbnail.isVisible())) {
      const before = await folders.count()
      await folders.last().click()
      await expect.poll(async () => (await folders.count()) > before || thumbnail.isVisible()).toBe(true)
    }
    await expect
      .poll(() => thumbnail.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0)
    await thumbnail.click()
    const picture = page.getByRole('dialog').getByRole('img')
    await expect
      .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })

  await test.step('a bad file is refused with the line that is at fault', async () => {
    await page.getByRole('navigation', { name: 'Competition' }).getByRole('link', { name: 'Submit' }).click()
    watched.expectFailure(/^422 POST .*\/submissions$/)
    await page.locator('input[type=file]').setInputFiles(setting('PODIUM_E2E_BAD'))
    await page.getByRole('button', { name: 'Submit', exact: true }).click()
    await expect(page.getByText('The file was refused')).toBeVisible()
    await expect(page.getByRole('rowheader', { name: `Line ${line}` })).toBeVisible()
    await expectAccessible(page, 'refused file')
  })

  await test.step('checking a good file spends nothing', async () => {
    await page.locator('input[type=file]').setInputFiles(setting('PODIUM_E2E_GOOD'))
    await page.getByRole('button', { name: 'Check only' }).click()
    await expect(page.getByText('The file is fine')).toBeVisible()
  })

  let score = ''
  await test.step('the good file gets a score and a rank', async () => {
    await page.getByLabel(/^Note/).fill('Class means')
    await page.getByRole('button', { name: 'Submit', exact: true }).click()
    await expect(page.getByTestId('score')).toHaveText(/^\d+\.\d+/)
    await expect(page.getByTestId('rank')).toHaveText(/^[\d,]+$/)
    score = (await page.getByTestId('score').textContent())?.split(' ')[0] ?? ''
    await expect(page.getByText(/^Your rank: [\d,]+ of [\d,]+$/)).toBeVisible()
    await expectAccessible(page, 'verdict')
  })

  await test.step('the board has the entry', async () => {
    await page.getByRole('link', { name: 'See the leaderboard' }).click()
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: new RegExp(name) }) })
    await expect(row.first()).toContainText(score)
    await expect(row.first()).toContainText('You')
    await expect(page.getByText('Live', { exact: true })).toBeVisible()
    await expectAccessible(page, 'leaderboard')
  })

  await test.step('post in the discussion', async () => {
    await page.getByRole('link', { name: 'Discussion' }).click()
    await page.getByRole('link', { name: 'New thread' }).click()
    await page.getByLabel('Title').fill('Class means go a long way')
    await page
      .getByRole('textbox', { name: 'Text' })
      .fill('Try **means** first: $\\bar x = \\frac{1}{n} \\sum x_i$')
    await page.getByText('Preview', { exact: true }).click()
    await expect(page.locator('math')).toBeVisible()
    await page.getByRole('button', { name: 'Start thread' }).click()
    await expect(page.getByRole('heading', { name: 'Class means go a long way' })).toBeVisible()
    await expect(page.locator('article strong').filter({ hasText: 'means' })).toBeVisible()
    await page.getByRole('textbox', { name: 'Reply' }).fill('And they are fast.')
    await page.getByRole('button', { name: 'Post reply' }).click()
    await expect(page.locator('article').filter({ hasText: 'And they are fast.' })).toBeVisible()
    await expectAccessible(page, 'thread')
  })

  expect(loads, 'page loads in the whole journey').toBe(1)
})
