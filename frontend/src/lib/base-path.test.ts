import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../', import.meta.url).pathname

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|^testing\/|schema\.d\.ts$/.test(name),
)

const linesWith = (pattern: RegExp) =>
  sources.flatMap((name) =>
    readFileSync(join(root, name), 'utf8')
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => `${name}: ${line.trim()}`),
  )

test('every address that the browser follows or a person copies has the path of the site in it', () => {
  expect(sources.length).toBeGreaterThan(100)
  const withoutPath = linesWith(/`\/api\/v1|["']\/api\/v1.*["']\s*\+/).filter(
    (line) => !line.includes('inSite('),
  )
  expect(withoutPath).toEqual([])
  const ownHost = linesWith(/location\??\.origin/).filter((line) => !line.startsWith('lib/base-path.ts'))
  expect(ownHost).toEqual([])
})
