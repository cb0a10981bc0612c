import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { en } from './en.ts'

const source = new URL('..', import.meta.url).pathname
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|^i18n\//.test(file))
  .map((file) => readFileSync(join(source, file), 'utf8'))
  .join('\n')

test('no text is kept that no page shows', () => {
  // Looked up by a code of the server or by a state.
  const byCode = [
    'faults',
    'problems',
    'tabs',
    'states',
    'actions',
    'filters',
    'scopes',
    'roles',
    'themes',
    'names',
    'types',
    'medals',
  ]
  const unused: string[] = []
  for (const [group, texts] of Object.entries(en)) {
    if (byCode.includes(group)) continue
    for (const key of Object.keys(texts)) {
      if (!byCode.includes(key) && !new RegExp(`\\.${group}\\.${key}\\b`).test(code))
        unused.push(`${group}.${key}`)
    }
  }
  expect(unused).toEqual([])
})

test('messages neither beg nor cheer', () => {
  const words = readFileSync(join(source, 'i18n/en.ts'), 'utf8')
  expect(words).not.toMatch(/\b(please|successfully|oops|sorry)\b/i)
  expect(words.match(/[a-z]!['`]/g)).toBeNull()
})
