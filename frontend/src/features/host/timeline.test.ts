import { expect, test } from 'vitest'
import { moments } from './timeline.tsx'

const dates = { zone: 'Asia/Seoul', start: '2026-12-01T09:00:00', end: '2026-12-22T18:00:00' }
const order = (more: object, now: string) =>
  moments({ ...dates, private_release: 'host', ...more }, now).map(({ moment }) => moment)

test('what happens stands in the order of time, with now among it', () => {
  expect(
    order({ freeze: '24', entry_deadline: '2026-12-15T18:00:00', private_release: '2' }, '2026-12-16T00:00'),
  ).toEqual(['start', 'entry', 'now', 'freeze', 'end', 'release'])
})

test('hours before and after the end are times of the day', () => {
  const [, freeze, , , release] = moments(
    { ...dates, freeze: '30', private_release: '24' },
    '2026-12-22T00:00',
  )
  expect(freeze?.at).toBe('2026-12-21T12:00')
  expect(release?.at).toBe('2026-12-23T18:00')
})

test('a release by the host has no time and comes last, even when the end is past', () => {
  expect(order({}, '2027-01-01T00:00')).toEqual(['start', 'end', 'now', 'release'])
})

test('a release at the end comes after it', () => {
  expect(order({ private_release: '0' }, '2026-11-01T00:00')).toEqual(['now', 'start', 'end', 'release'])
})
