import { expect, test } from 'vitest'
import { Placed } from './place-rows.ts'
import type { BoardPage, Row } from './rows.ts'

const ranks = (from: number, to: number): (number | null)[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)
const page = (ranks: (number | null)[], board: BoardPage['board'] = 'public'): BoardPage => ({
  board,
  version: 1,
  teams: 1_000,
  rows: ranks.map((rank) => ({ rank, team_id: rank ?? 0 }) as Row),
})

test('a far page stands where its ranks are, and all rows are counted', () => {
  const placed = new Placed(new Map([[4, page(ranks(401, 500))]]), 1_000, 100)
  expect(placed.count).toBe(1_000)
  expect(placed.row(400)?.rank).toBe(401)
  expect(placed.row(399)).toBeUndefined()
  expect(placed.placeOfRank(450)).toBe(449)
  expect(placed.pageOf(399)).toBe(3)
  expect(placed.pageOf(500)).toBe(5)
})

test('a baseline on a public page moves what stands below it down by one', () => {
  const first = page([1, 2, null, ...ranks(3, 100)])
  const placed = new Placed(
    new Map([
      [0, first],
      [1, page(ranks(101, 200))],
    ]),
    1_000,
    100,
  )
  expect(placed.count).toBe(1_001)
  expect(placed.row(2)?.rank).toBeNull()
  expect(placed.row(101)?.rank).toBe(101)
  expect(placed.placeOfRank(101)).toBe(101)
  expect(placed.pageOf(100)).toBe(0)
  expect(placed.pageOf(101)).toBe(1)
  expect(placed.pageOf(201)).toBe(2)
})

test('a baseline on a private page is one of its rows', () => {
  const first = page([1, null, ...ranks(2, 99)], 'private')
  const placed = new Placed(new Map([[0, first]]), 1_000, 100)
  expect(placed.count).toBe(1_001)
  expect(placed.pageOf(100)).toBe(1)
  expect(placed.placeOfRank(100)).toBeUndefined()
})

test('a rank that ties left out leads to the tied row above it', () => {
  const placed = new Placed(new Map([[0, page([1, 2, 2, 4])]]), 4, 100)
  expect(placed.placeOfRank(3)).toBe(2)
  expect(placed.placeOfRank(2)).toBe(1)
})
