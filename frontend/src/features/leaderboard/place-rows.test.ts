import { expect, test } from 'vitest'
import { placeRows } from './place-rows.ts'

const ranked = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => ({ rank: from + index }))
const baseline = { rank: null }

test('the first page begins at the top and leaves room for the teams below it', () => {
  expect(placeRows(ranked(1, 100), 4_212, true)).toEqual({ offset: 0, count: 4_212 })
})

test('a page in the middle lies under the teams above it', () => {
  expect(placeRows(ranked(2_001, 2_100), 4_212, true)).toEqual({ offset: 2_000, count: 4_212 })
})

test('baselines take a row but no rank', () => {
  expect(placeRows([baseline, ...ranked(1, 3), baseline], 3, false)).toEqual({ offset: 0, count: 5 })
})

test('a board of baselines alone has rows', () => {
  expect(placeRows([baseline], 0, false)).toEqual({ offset: 0, count: 1 })
})
