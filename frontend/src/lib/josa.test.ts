import { expect, test } from 'vitest'
import { josa } from './josa.ts'

test.each([
  ['사과', '을/를', '사과를'],
  ['팀', '이/가', '팀이'],
  ['서울', '으로/로', '서울로'],
  ['부산', '으로/로', '부산으로'],
  ['제주', '으로/로', '제주로'],
  ['train.csv', '을/를', 'train.csv를'],
  ['Foreigner', '이/가', 'Foreigner이'],
  ['Quantum', '은/는', 'Quantum은'],
  ['팀 10', '과/와', '팀 10과'],
  ['팀 7', '으로/로', '팀 7로'],
  ['팀 2', '은/는', '팀 2는'],
  ["'봄날'", '이/가', "'봄날'이"],
  ['봄(春)', '을/를', '봄(春)를'],
] as const)('%s with %s is written %s', (word, pair, expected) => {
  expect(josa(word, pair)).toBe(expected)
})
