// Prints what a browser downloads for each page, compressed, and fails above the budget.
// A page is its chunk with everything it imports statically; chunks that come later (menus, Korean) are listed alone.
import { readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'

/** Kilobytes of 1024 bytes, brotli 11. */
// The longest route is the board: its windowed rows (8.8) and the words of every problem are in it.
const budget = { firstRoute: 120, anyRoute: 135, css: 8 }

const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'))
const compressed = (file) => brotliCompressSync(readFileSync(new URL(file, dist))).length / 1024

const closure = (key, seen = new Set()) => {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const imported of manifest[key].imports ?? []) closure(imported, seen)
  return seen
}
const kilobytes = (keys) => [...keys].reduce((sum, key) => sum + compressed(manifest[key].file), 0)

const [entry] = Object.keys(manifest).filter((key) => manifest[key].isEntry)
const base = closure(entry)
/** The sheets that come with chunks. */
const sheets = (keys) => [...new Set([...keys].flatMap((key) => manifest[key].css ?? []))]
const weight = (keys) => sheets(keys).reduce((sum, file) => sum + compressed(file), 0)

const rows = [['first page (home)', kilobytes(base), budget.firstRoute]]
let heaviest = 0
for (const key of Object.keys(manifest)) {
  if (!/features\/.*-(page|layout)\.tsx$/.test(key)) continue
  const keys = new Set([...base, ...closure(key)])
  if (!key.endsWith('-layout.tsx') && !/accounts/.test(key)) {
    for (const part of closure('src/features/competitions/competition-layout.tsx')) keys.add(part)
  }
  heaviest = Math.max(heaviest, weight(keys))
  rows.push([key.replace(/^src\/features\//, '').replace('.tsx', ''), kilobytes(keys), budget.anyRoute])
}
rows.push(['style sheets, first page', weight(base), budget.css])
rows.push(['style sheets, any page', heaviest, budget.css])

let failed = false
for (const [name, size, limit] of rows) {
  const over = size > limit
  failed ||= over
  console.log(
    `${name.padEnd(36)} ${size.toFixed(1).padStart(7)} KB of ${limit}${over ? '  OVER BUDGET' : ''}`,
  )
}
process.exitCode = failed ? 1 : 0
