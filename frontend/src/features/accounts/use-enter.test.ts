import { expect, test } from 'vitest'
import { ownAddress } from './use-enter.ts'

test.each([
  ['/competitions/solar-cells/submit', '/competitions/solar-cells/submit'],
  [undefined, '/'],
  ['https://evil.example/', '/'],
  ['//evil.example/', '/'],
  ['/\\evil.example/', '/'],
])('after signing in %s leads to %s', (next, address) => {
  expect(ownAddress(next)).toBe(address)
})
