import { expect, test } from 'vitest'
import { grouped, placeOf, sentence } from './checklist.tsx'

const at = (code: string, file: string) => placeOf({ code, file, status: 'red' })

test('a fault leads to the page that has it, in its language', () => {
  expect(at('unanswered_question', 'rules.md')).toEqual({
    section: 'pages',
    search: { page: 'rules', language: 'en' },
  })
  expect(at('unanswered_question', 'overview.ko.md')?.search).toEqual({ page: 'overview', language: 'ko' })
})

test('a missing translation leads to the page that is to be written', () => {
  expect(at('missing_translation', 'data.md')?.search).toEqual({ page: 'data', language: 'ko' })
})

test('faults of files lead to the files, those of the manifest to what they are about', () => {
  expect(at('labels_in_data', 'data/test.csv')?.section).toBe('files')
  expect(at('bad_solution', 'solution.csv')?.section).toBe('files')
  expect(at('bad_date', 'competition.toml')?.section).toBe('dates')
  expect(at('small_split', 'competition.toml')?.section).toBe('task')
  expect(at('unanswered_question', 'competition.toml')?.section).toBe('words')
})

test('what is in order leads nowhere', () => {
  expect(placeOf({ code: 'ready', file: null, status: 'green' })).toBeUndefined()
})

test('points of one kind in one file are one thing to do', () => {
  const point = (code: string, file: string, line: number) =>
    ({ code, file, line, status: 'red', text: { en: `${file}:${line}`, ko: '' } }) as const
  const groups = grouped([
    point('unanswered_question', 'rules.md', 3),
    point('unanswered_question', 'data.md', 1),
    point('unanswered_question', 'rules.md', 9),
  ])
  expect(groups.map((group) => group.map(({ text }) => text.en))).toEqual([
    ['rules.md:3', 'rules.md:9'],
    ['data.md:1'],
  ])
})

test('a sentence begins with a capital letter, the name of a file as the file does', () => {
  expect(sentence("the column 'label' holds the hidden labels")).toBe(
    "The column 'label' holds the hidden labels",
  )
  expect(sentence("train.csv has no column 'id'")).toBe("train.csv has no column 'id'")
  expect(sentence('train.csv의 ‘place’ 열: 설명이 아직 없습니다.')).toBe(
    'train.csv의 ‘place’ 열: 설명이 아직 없습니다.',
  )
})
