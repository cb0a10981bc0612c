import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { access } from './access/en.ts'
import { accounts } from './accounts/en.ts'
import { admin } from './admin/en.ts'
import { audit } from './audit/en.ts'
import { board } from './board/en.ts'
import { desk } from './desk/en.ts'
import { discussion } from './discussion/en.ts'
import { en } from './en.ts'
import { host } from './host/en.ts'
import { joining } from './joining/en.ts'
import { notices } from './notices/en.ts'
import { people } from './people/en.ts'
import { running } from './running/en.ts'
import { teams } from './teams/en.ts'

const source = new URL('..', import.meta.url).pathname
const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !/\.test\.|^i18n\//.test(file))
  .map((file) => readFileSync(join(source, file), 'utf8'))
  .join('\n')

// Looked up by a code of the server or by a state.
const byCode = [
  'faults',
  'problems',
  'tabs',
  'states',
  'actions',
  'filters',
  'scopes',
  'topics',
  'documents',
  'roles',
  'themes',
  'names',
  'types',
  'medals',
  'sections',
  'kinds',
  'kindHints',
  'exports',
  'sorts',
  'releases',
  'parts',
  'partTexts',
  'views',
  'actors',
  'jobStates',
  'signUps',
  'creatorKinds',
  'jobKinds',
  'groups',
  'participantStates',
  'ways',
  'wayTexts',
  'visibilities',
  'admissions',
  'tieRules',
  'nameRules',
  'rescoreStates',
  'statuses',
  'titles',
  'freezes',
  'folderFaults',
  'moments',
  'presets',
  'entering',
]

/** Keys that no page reads as `group.key`, where `group` is the object that holds the key. */
function unused(texts: object, group: string): string[] {
  return Object.entries(texts).flatMap(([key, value]) => {
    if (byCode.includes(key)) return []
    const found = new RegExp(`\\b${group}\\.${key}\\b`).test(code)
    if (typeof value === 'object' && value && !Array.isArray(value)) return unused(value, key)
    return found ? [] : [`${group}.${key}`]
  })
}

test('no text is kept that no page shows', () => {
  expect(unused(en, 't')).toEqual([])
  expect(unused(host, 'host')).toEqual([])
  expect(unused(accounts, 'accounts')).toEqual([])
  expect(unused(board, 'board')).toEqual([])
  expect(unused(discussion, 'discussion')).toEqual([])
  expect(unused(joining, 'joining')).toEqual([])
  expect(unused(notices, 'notices')).toEqual([])
  expect(unused(people, 'people')).toEqual([])
  expect(unused(teams, 'teams')).toEqual([])
  expect(unused(desk, 'desk')).toEqual([])
  expect(unused(admin, 'admin')).toEqual([])
  expect(unused(access, 'access')).toEqual([])
  expect(unused(audit, 'audit')).toEqual([])
  expect(unused(running, 'running')).toEqual([])
})

test('messages neither beg nor cheer', () => {
  const words = [
    'en.ts',
    'host/en.ts',
    'accounts/en.ts',
    'notices/en.ts',
    'people/en.ts',
    'teams/en.ts',
    'desk/en.ts',
    'admin/en.ts',
    'audit/en.ts',
    'access/en.ts',
    'running/en.ts',
    'board/en.ts',
    'discussion/en.ts',
    'joining/en.ts',
    'en/faults.ts',
    'en/problems.ts',
  ]
    .map((file) => readFileSync(join(source, 'i18n', file), 'utf8'))
    .join('\n')
  expect(words).not.toMatch(/\b(please|successfully|oops|sorry)\b/i)
  expect(words.match(/[a-z]!['`]/g)).toBeNull()
})
