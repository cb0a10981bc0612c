import { expect, test } from 'vitest'
import { formatBytes, formatInstant, formatRelative, formatShare, splitSpan } from './format.ts'

const noon = Date.parse('2026-12-01T12:00:00Z')
const at = (text: string) => new Date(text)

test('sizes use decimal units and at most one digit after the point', () => {
  expect(formatBytes(945, 'en')).toBe('945 B')
  expect(formatBytes(1_000, 'en')).toBe('1 kB')
  expect(formatBytes(12_345_678, 'en')).toBe('12.3 MB')
  expect(formatBytes(123_456_789, 'ko')).toBe('123 MB')
})

test('relative times round towards now, so that "in 2 days" is never early', () => {
  expect(formatRelative(at('2026-12-03T11:59:00Z'), noon, 'en')).toBe('in 1 day')
  expect(formatRelative(at('2026-11-29T13:00:00Z'), noon, 'en')).toBe('1 day ago')
  expect(formatRelative(at('2026-12-01T11:59:30Z'), noon, 'en')).toBe('now')
  expect(formatRelative(at('2026-12-13T12:00:00Z'), noon, 'ko')).toBe('12일 후')
})

test('an instant names its zone', () => {
  expect(formatInstant(at('2026-11-24T14:59:00Z'), 'en', 'Asia/Seoul')).toBe('24 Nov 2026, 23:59 GMT+9')
  expect(formatInstant(at('2026-11-24T14:59:00Z'), 'ko', 'Asia/Seoul')).toContain('2026년 11월 24일')
})

test('small shares keep a digit', () => {
  expect(formatShare(0.3, 'en')).toBe('30%')
  expect(formatShare(0.004, 'en')).toBe('0.4%')
})

test('a countdown that has passed is zero', () => {
  expect(splitSpan(-5)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 })
  expect(splitSpan(90_061_000)).toEqual({ days: 1, hours: 1, minutes: 1, seconds: 1 })
})
