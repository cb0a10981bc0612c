import { expect, test } from 'vitest'
import { halfWidth } from './noise.ts'

test('1,000 public rows mean ±2.5 points, four times the rows half of it', () => {
  expect(halfWidth(1_000)).toBeCloseTo(0.0248, 4)
  expect(halfWidth(4_000, { width: 0.04, rows: 1_000 })).toBeCloseTo(0.02, 10)
})
