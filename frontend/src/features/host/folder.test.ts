import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { readFolder } from './folder.ts'

const example = new URL('../../../../docs/examples/grocery-mini', import.meta.url).pathname

const asChosen = (path: string, content: BlobPart) => {
  const file = new File([content], path.split('/').at(-1) ?? '')
  Object.defineProperty(file, 'webkitRelativePath', { value: `chosen/${path}` })
  return file
}
const files = readdirSync(example, { recursive: true, encoding: 'utf8' })
  .filter((path) => statSync(join(example, path)).isFile())
  .map((path) => asChosen(relative('.', path), readFileSync(join(example, path))))

test('the example folder is understood whole', async () => {
  const folder = await readFolder(files)
  if ('fault' in folder) throw new Error(folder.text)
  expect(folder.manifest.slug).toBe('grocery-mini')
  expect(folder.manifest.dates.start).toBe('2026-01-01T00:00:00')
  expect(folder.manifest.limits?.file_bytes).toBe(100_000)
  expect(folder.pages.map(({ name, language }) => `${name}/${language}`).sort()).toEqual([
    'data/en',
    'data/ko',
    'overview/en',
    'overview/ko',
    'rules/en',
    'rules/ko',
  ])
  expect(folder.data.map(({ path }) => path)).toContain('train.csv')
  expect(folder.data.map(({ path }) => path)).toContain('sample_submission.csv')
})

test('the solution is never among the files for participants', async () => {
  const folder = await readFolder(files)
  if ('fault' in folder) throw new Error(folder.text)
  expect(folder.solution?.name).toBe('solution.csv')
  expect(folder.data.filter(({ path }) => path.includes('solution'))).toEqual([])
})

test('hidden files and what the folder does not know stay behind', async () => {
  const folder = await readFolder([
    ...files,
    asChosen('.git/config', ''),
    asChosen('data/.DS_Store', ''),
    asChosen('notes/secret.csv', ''),
  ])
  if ('fault' in folder) throw new Error(folder.text)
  expect(folder.data.some(({ path }) => /DS_Store|secret|config/.test(path))).toBe(false)
})

test('a folder without a description, or with a broken one, is said to be so', async () => {
  expect(await readFolder([asChosen('data/train.csv', 'a\n')])).toMatchObject({ fault: 'no_manifest' })
  expect(await readFolder([asChosen('competition.toml', 'slug = ')])).toMatchObject({ fault: 'bad_toml' })
})
