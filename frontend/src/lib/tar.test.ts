import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tar } from './tar.ts'

test('the archive is one that tar unpacks, byte by byte, long and Korean paths too', async () => {
  const long = `${'folder/'.repeat(18)}${'사진'.repeat(10)}.csv`
  const files = [
    { path: 'train.csv', file: new Blob(['id,label\n1,a\n']) },
    { path: 'empty.txt', file: new Blob([]) },
    { path: long, file: new Blob(['x'.repeat(1_024)]) },
  ]
  const dir = mkdtempSync(join(tmpdir(), 'tar-'))
  writeFileSync(join(dir, 'a.tar'), new Uint8Array(await tar(files).arrayBuffer()))
  execFileSync('tar', ['-xf', 'a.tar'], { cwd: dir })
  for (const { path, file } of files) expect(readFileSync(join(dir, path), 'utf8')).toBe(await file.text())
})

test('a path that cannot be written is refused', () => {
  expect(() => tar([{ path: 'a'.repeat(101), file: new Blob([]) }])).toThrow(/too long/)
})
