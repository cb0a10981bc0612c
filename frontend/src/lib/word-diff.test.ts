import { expect, test } from 'vitest'
import { wordDiff } from './word-diff.ts'

const show = (before: string, after: string) =>
  wordDiff(before, after)
    .map(({ kind, text }) => ({ same: text, gone: `[-${text}-]`, new: `[+${text}+]` })[kind])
    .join('')

test('only the words that changed are marked', () => {
  expect(show('Mean colour gives 0.61 here', 'Mean colour gives 0.78 here')).toBe(
    'Mean colour gives [-0.61-][+0.78+] here',
  )
  expect(show('one two', 'one new two')).toBe('one [+new +]two')
  expect(show('same', 'same')).toBe('same')
  expect(show('', 'all new')).toBe('[+all new+]')
})

test('both texts can be read out of the difference', () => {
  const [before, after] = ['a b c d e f b c', 'b c x d f c c b']
  const pieces = wordDiff(before, after)
  const of = (kind: string) =>
    pieces
      .filter((piece) => piece.kind !== kind)
      .map(({ text }) => text)
      .join('')
  expect(of('new')).toBe(before)
  expect(of('gone')).toBe(after)
})

test('very long texts are shown one after the other', () => {
  const long = (word: string) => Array.from({ length: 3_000 }, (_, n) => `${word}${n}`).join(' ')
  expect(wordDiff(long('a'), long('b')).map(({ kind }) => kind)).toEqual(['gone', 'new'])
})
