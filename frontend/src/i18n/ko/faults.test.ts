import { expect, test } from 'vitest'
import { faults as english } from '../en/faults.ts'
import { faults, faultText, fieldText, noticeText } from './faults.ts'

const fault = (code: string, message: string, more: { name?: string; value?: string } = {}) =>
  faultText({ code, message, ...more })

test('where the server says it in Korean, that is what is read', () => {
  const told = {
    code: 'invalid',
    message: 'the title (en) is empty',
    message_ko: '영어 제목이 비어 있습니다.',
  }
  expect(faultText(told)).toBe('영어 제목이 비어 있습니다.')
  expect(fieldText({ ...told, name: 'title', count: 1 })).toBe('영어 제목이 비어 있습니다.')
})

test('every kind of fault has a Korean sentence, whatever the server says beside it', () => {
  for (const code of Object.keys(english)) {
    expect(faults[code], code).toBeTruthy()
    const text = fault(code, 'words that nobody has seen', { name: 'label', value: '가격' })
    expect(text, code).not.toContain('words')
    expect(text, code).toMatch(/[.가-힣]$/)
    expect(text, code).not.toMatch(/undefined|\((을|를|이|가|은|는)\)/)
  }
})

test.each([
  [
    'label_unknown',
    "line 7, column 2: 'maask' is not one of the 18 classes; did you mean 'mask'?",
    { name: 'label', value: 'maask' },
    '‘maask’는 정해진 클래스가 아닙니다. ‘mask’를 쓰려고 했는지 확인해 주십시오.',
  ],
  [
    'number_format',
    "line 3, column 2: '3,5' uses a decimal comma. Write 3.5.",
    { name: 'price', value: '3,5' },
    '‘3,5’는 숫자가 아닙니다. 3.5로 적어 주십시오.',
  ],
  [
    'ids_missing',
    "3 of 1000 ids have no row: 'a1', 'a2', 'a3'.",
    { name: 'id', value: 'a1' },
    '전체 id 1,000개 중 3개의 행이 없습니다, 첫 번째는 ‘a1’입니다.',
  ],
  [
    'row_width',
    'line 7: the row has 3 values, the header has 2. Quote values that contain a comma.',
    {},
    '머리글은 2열인데 이 줄은 값이 3개입니다. 쉼표가 들어 있는 값은 큰따옴표로 감싸 주십시오.',
  ],
  [
    'id_repeated',
    "id 'a1' appears twice: lines 2 and 9. Keep one row per id.",
    { value: 'a1' },
    '‘a1’이 두 번 나옵니다 (2번째 줄과 9번째 줄). id마다 한 행만 남겨 주십시오.',
  ],
  [
    'not_csv',
    'This is a zip file. Unpack it and send the CSV.',
    {},
    '압축 파일입니다. CSV로 저장해서 보내 주십시오.',
  ],
  [
    'value_missing',
    "line 2, column 2: the label of 'a1' is missing ('NaN'). Fill missing predictions before writing.",
    { name: 'label', value: 'NaN' },
    'label 열에 결측값 ‘NaN’이 있습니다. 저장하기 전에 채워 주십시오.',
  ],
])('%s is told in Korean with the same facts', (code, message, more, korean) => {
  expect(fault(code, message, more)).toBe(korean)
})

test('a code that is new to the pages keeps the sentence of the server', () => {
  expect(fault('unheard_of', 'Something new.')).toBe('Something new.')
  expect(noticeText({ code: 'unheard_of', message: 'Something new.' })).toBe('Something new.')
})

test('fields of a form are told by their rule', () => {
  expect(fieldText({ code: 'invalid', name: 'name', message: 'Use 2 to 40 characters.', count: 1 })).toMatch(
    /^이름은/,
  )
  expect(fieldText(undefined)).toBeUndefined()
})
