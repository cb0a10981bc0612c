/** A host's way: three CSV files become a published competition. */
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from '@playwright/test'
import { expect, expectAccessible, expectNoSidewaysScroll, setting, signIn, test } from './journey.ts'

const file = (name: string) =>
  fileURLToPath(new URL(`../../docs/examples/three-files/${name}.csv`, import.meta.url))

test('from three CSV files to a published competition within 25 clicks', async ({ page }) => {
  let clicks = 0
  await page.addInitScript(() => {
    document.addEventListener('click', (event) => {
      // A label passes its click on to its field: one click of the hand.
      if (event.detail > 0) (window as unknown as { countClick(): void }).countClick()
    })
  })
  await page.exposeFunction('countClick', () => clicks++)
  const slug = `birds-${Date.now().toString(36)}`
  await signIn(page, 'host', setting('PODIUM_E2E_PASSWORD'))

  await test.step('drop the files', async () => {
    await page.goto('/')
    await page.getByRole('link', { name: 'Create a competition' }).click()
    await page
      .getByLabel('Drop your CSV files here, all at once')
      .setInputFiles(['train', 'test', 'sample_submission'].map(file))
    await expect(page.getByLabel('What train.csv is')).toHaveValue('train')
    await expect(page.getByLabel('What sample_submission.csv is')).toHaveValue('sample')
    await page.getByLabel('Title, English').fill('Birds')
    await page.getByLabel('Address').fill(slug)
    await page.getByLabel('Summary, English').fill('Tell ducks, geese and swans apart.')
    await page.getByLabel('Licence of the data').fill('CC0-1.0')
    await page.getByLabel('Time zone').selectOption('Asia/Seoul')
    await expectAccessible(page, 'new competition')
    await page.getByRole('button', { name: 'Create the draft' }).click()
  })

  await test.step('see what was understood, and why', async () => {
    await expect(page.getByText(/^metric: accuracy, because/)).toBeVisible()
    await expect(page.getByText(/public rows: a score is uncertain by ±[\d.]+ points/)).toBeVisible()
    await expectAccessible(page, 'task and metric')
    await page.setViewportSize({ width: 390, height: 800 })
    await expectNoSidewaysScroll(page, 'task and metric on a phone')
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.getByRole('button', { name: 'Save and go on' }).click()
  })

  await test.step('say what the columns mean', async () => {
    await expect(page).toHaveURL(/\/host\/words$/)
    for (const name of ['length_cm', 'weight_kg', 'neck_cm', 'place']) {
      await page.getByLabel(`train.csv, ${name}: Meaning, English`).fill(`${name} of the bird`)
    }
    await expectAccessible(page, 'title and columns')
    await page.getByRole('button', { name: 'Save and go on' }).click()
  })

  await test.step('look at the dates', async () => {
    await expect(page.getByText('What happens when (Asia/Seoul)')).toBeVisible()
    await expectAccessible(page, 'dates and limits')
    await page.getByRole('button', { name: 'Save and go on' }).click()
  })

  await test.step('answer the questions of the pages', async () => {
    for (const title of ['Overview', 'Data', 'Rules']) {
      if (title !== 'Overview') {
        await page.locator('fieldset').getByText(title, { exact: true }).click()
        await expect(page).toHaveURL(new RegExp(`page=${title.toLowerCase()}`))
      }
      await expect(page.getByLabel('Text, Markdown')).toBeVisible()
      const questions = page.locator('textarea[rows="2"]')
      for (const question of await questions.all()) await question.fill('An answer of the host.')
      if (title === 'Overview') await expectAccessible(page, 'pages')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await expect(questions).toHaveCount(0)
    }
  })

  await test.step('publish', async () => {
    await page.getByRole('link', { name: 'Launch' }).click()
    await expectAccessible(page, 'launch')
    await page.getByRole('button', { name: 'Publish', exact: true }).click()
    await expect(page.getByText('Upcoming').first()).toBeVisible()
  })
  console.log(`clicks from three CSV files to a published competition: ${clicks} (goal 25)`)
  expect(clicks).toBeLessThanOrEqual(25)
})

test('a folder that is dropped into the browser, or chosen there, becomes a draft', async ({
  page,
}, info) => {
  const slug = `folder-${Date.now().toString(36)}`
  const folder = info.outputPath(slug)
  cpSync(fileURLToPath(new URL('../../docs/examples/grocery-mini', import.meta.url)), folder, {
    recursive: true,
  })
  const description = `${folder}/competition.toml`
  writeFileSync(
    description,
    readFileSync(description, 'utf8').replace('slug = "grocery-mini"', `slug = "${slug}"`),
  )
  await signIn(page, 'host', setting('PODIUM_E2E_PASSWORD'))
  await page.goto('/host/new')
  await page.getByText('From a folder instead').click()
  const place = page.getByLabel('Drop the folder of a competition here')
  const found = page.getByText(`${slug}: 6 pages, 219 files for participants`)
  await place.setInputFiles(folder)
  await expect(found).toBeVisible()
  await page.reload()
  await page.getByText('From a folder instead').click()
  await expect(found).toHaveCount(0)
  await dropFolder(page, place, folder)
  await expect(found).toBeVisible()
  await expectAccessible(page, 'a folder before it is sent')
  await page.getByRole('button', { name: 'Send the folder' }).click()
  await expect(page).toHaveURL(new RegExp(`/competitions/${slug}/host$`))
  await expect(page.getByText(/keeps? it from being published/)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Publish', exact: true })).toBeEnabled()
})

/** Drops a folder as a hand would: by the debugger's door, because a script's own drop brings no folders. */
async function dropFolder(page: Page, place: Locator, folder: string) {
  await place.scrollIntoViewIfNeeded()
  const box = await place.boundingBox()
  if (!box) throw new Error('the place to drop on is not shown')
  const debug = await page.context().newCDPSession(page)
  const data = { items: [], files: [folder], dragOperationsMask: 1 }
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await debug.send('Input.dispatchDragEvent', { type, ...at, data })
}
