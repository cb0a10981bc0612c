import { expect, test } from 'vitest'
import { readCsv, writeCsv } from './csv.ts'

test('quoted values keep their commas, quotes and line ends', () => {
  expect(readCsv('\ufeffname,link\r\n"Kim, ""Bo""","a\nb"\r\nLee,\n')).toEqual([
    ['name', 'link'],
    ['Kim, "Bo"', 'a\nb'],
    ['Lee', ''],
  ])
})

test('no value is taken for a formula', async () => {
  const text = await writeCsv([
    ['name', 'entries'],
    ['=1+1', -3],
    ['a,"b"', 4],
  ]).text()
  expect(text).toContain(`'=1+1,-3\r\n"a,""b""",4\r\n`)
})

test('what was written is read again', async () => {
  const rows = [
    ['a', 'b'],
    ['x\ny', '"'],
  ]
  expect(readCsv(await writeCsv(rows).text())).toEqual(rows)
})
