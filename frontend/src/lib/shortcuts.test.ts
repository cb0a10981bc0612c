import { expect, test } from 'vitest'
import { shortcutReader } from './shortcuts.ts'

const press = (key: string, more: object = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  isComposing: false,
  ...more,
})

test('g and then a letter goes somewhere, but only in a moment', () => {
  let now = 0
  const read = shortcutReader(() => now)
  expect(read(press('g'))).toBeUndefined()
  expect(read(press('l'))).toBe('leaderboard')
  expect(read(press('l'))).toBeUndefined()
  read(press('g'))
  now = 2_000
  expect(read(press('l'))).toBeUndefined()
})

test('keys of the browser and of an input method are left alone', () => {
  const read = shortcutReader()
  expect(read(press('/', { ctrlKey: true }))).toBeUndefined()
  expect(read(press('k', { isComposing: true }))).toBeUndefined()
  expect(read(press('?'))).toBe('help')
})
