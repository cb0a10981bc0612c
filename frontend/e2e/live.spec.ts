import { readFileSync, writeFileSync } from 'node:fs'
import { expect, newcomer, setting, test } from './journey.ts'

const slug = setting('PODIUM_E2E_SLUG')

test("another team's entry appears on the open board by itself", async ({ page, playwright, baseURL }) => {
  let loads = 0
  page.on('load', () => loads++)
  await page.goto(`/competitions/${slug}/leaderboard`)
  await expect(page.getByText('Live', { exact: true }).or(page.getByText('No scores yet'))).toBeVisible()
  const other = await newcomer(playwright, baseURL ?? '', slug, 'other')
  await other.submit(readFileSync(setting('PODIUM_E2E_GOOD')))
  await expect(page.getByRole('rowheader', { name: other.name })).toBeVisible()
  await other.api.dispose()
  expect(loads).toBe(1)
})

test('a file that was saved again after it was chosen is asked for again', async ({
  page,
  playwright,
  baseURL,
}, info) => {
  const member = await newcomer(playwright, baseURL ?? '', slug, 'saver')
  await page.context().addCookies((await member.api.storageState()).cookies)
  await member.api.dispose()
  const file = info.outputPath('predictions.csv')
  writeFileSync(file, 'id,label\n')
  await page.goto(`/competitions/${slug}/submit`)
  await page.locator('input[type=file]').setInputFiles(file)
  writeFileSync(file, readFileSync(setting('PODIUM_E2E_GOOD')))
  await page.getByRole('button', { name: 'Check only' }).click()
  await expect(page.getByText('The file was saved again after you chose it. Choose it again.')).toBeVisible()
  await page.locator('input[type=file]').setInputFiles(file)
  await page.getByRole('button', { name: 'Check only' }).click()
  await expect(page.getByText('The file is fine')).toBeVisible()
})
