import { expect, test } from 'vitest'
import { assign, partOf } from './csv-files.tsx'
import { answered, isQuestion, questionsOf } from './questions.ts'
import { slugFrom } from './slug.ts'

const page = '# Birds\n\n> **Question:** Which problem?\n\nText.\n\n> **질문:** 어떤 문제인가요?\n'

test('questions of a template are found in both languages', () => {
  expect(questionsOf(page)).toEqual(['Which problem?', '어떤 문제인가요?'])
  expect(isQuestion("Question: what is 'a'?")).toBe(true)
  expect(isQuestion('A fine answer')).toBe(false)
})

test('an answer stands where its question stood; what is not answered stays', () => {
  expect(answered(page, ['Ducks are mistaken for geese.', ' '])).toBe(
    '# Birds\n\nDucks are mistaken for geese.\n\nText.\n\n> **질문:** 어떤 문제인가요?\n',
  )
})

test('files are told apart by their names, and the rest takes what is free', () => {
  const file = (name: string) => new File(['a'], name)
  expect(partOf('sample_submission_test.csv')).toBe('sample')
  const files = assign({}, [file('test.csv'), file('Train_v2.csv'), file('labels.csv')])
  expect(files.train?.name).toBe('Train_v2.csv')
  expect(files.test?.name).toBe('test.csv')
  expect(files.sample?.name).toBe('labels.csv')
})

test('an address is made of the letters and digits of the title', () => {
  expect(slugFrom('Solar cells: find the broken ones!')).toBe('solar-cells-find-the-broken-ones')
  expect(slugFrom('Größe 2')).toBe('gro-e-2')
  expect(slugFrom('태양전지')).toBe('')
})
