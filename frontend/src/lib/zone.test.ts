import { expect, test } from 'vitest'
import { instantOf, localOf } from './zone.ts'

test('a local time is the instant at which the clocks of its zone show it', () => {
  expect(instantOf('2026-12-05T18:00', 'Asia/Seoul').toISOString()).toBe('2026-12-05T09:00:00.000Z')
  expect(instantOf('2026-12-05T18:00:00', 'UTC').toISOString()).toBe('2026-12-05T18:00:00.000Z')
})

test('summer time is that of the day itself', () => {
  expect(instantOf('2026-07-01T12:00', 'Europe/Berlin').toISOString()).toBe('2026-07-01T10:00:00.000Z')
  expect(instantOf('2026-03-29T03:30', 'Europe/Berlin').toISOString()).toBe('2026-03-29T01:30:00.000Z')
})

test('there and back again', () => {
  for (const zone of ['Asia/Seoul', 'America/New_York', 'Asia/Kathmandu']) {
    expect(localOf(instantOf('2026-10-25T09:45', zone), zone)).toBe('2026-10-25T09:45')
  }
})
