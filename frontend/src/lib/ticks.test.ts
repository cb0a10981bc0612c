import { expect, test } from 'vitest'
import { ticks } from './ticks.ts'

test('ticks are round and lie inside the range', () => {
  expect(ticks(0.61, 0.93, 4)).toEqual([0.7, 0.8, 0.9])
  expect(ticks(0, 100, 5)).toEqual([0, 20, 40, 60, 80, 100])
  expect(ticks(-3, 3, 3)).toEqual([-2, 0, 2])
  expect(ticks(0.1, 0.3, 4)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3])
})

test('an axis has at least two ticks wherever its range lies', () => {
  for (let from = 0; from < 1; from += 0.013)
    for (let width = 0.01; width < 3; width *= 1.07)
      expect(ticks(from, from + width, 3).length, `${from} to ${from + width}`).toBeGreaterThanOrEqual(2)
})

test('a range without width is one tick', () => {
  expect(ticks(0.5, 0.5, 4)).toEqual([0.5])
})
