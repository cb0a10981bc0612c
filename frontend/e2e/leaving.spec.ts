/** The end of an account, on the real program: a copy of one's data first, then everything of oneself is gone at once. */
import { expect, newcomer, setting, test } from './journey.ts'

test('whoever leaves takes a copy of their data, and nothing asks for them any more', async ({
  page,
  playwright,
  baseURL,
}) => {
  const member = await newcomer(playwright, baseURL ?? '', setting('PODIUM_E2E_SLUG'), 'leaver')
  await page.context().addCookies((await member.api.storageState()).cookies)
  await page.goto('/account')
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download my data' }).click(),
  ])
  expect(file.suggestedFilename()).toBe('podium-data.zip')
  await page.getByRole('button', { name: 'Delete my account' }).click()
  const part = page.getByRole('region', { name: 'Delete account' })
  await part.getByLabel('Current password').fill('seven quiet walnut trees')
  await part.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByText('Your account is deleted')).toBeVisible()
  await expect(page.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible()
  expect((await page.request.get(`/api/v1/people/${member.name}`)).status()).toBe(404)
  await member.api.dispose()
})
