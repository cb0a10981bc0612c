/** Reading and writing CSV of a few thousand lines: lists that the pages give out or take in. Data files are the server's. */

/** The rows of a CSV: quoted values may hold commas, quotes and line ends. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let value = ''
  let quoted = false
  const clean = text.replace(/^\ufeff/, '')
  for (let at = 0; at < clean.length; at++) {
    const character = clean[at]
    if (quoted) {
      if (character !== '"') value += character
      else if (clean[at + 1] === '"') {
        value += '"'
        at++
      } else quoted = false
    } else if (character === '"') quoted = true
    else if (character === ',') {
      row.push(value)
      value = ''
    } else if (character === '\n') {
      rows.push([...row, value])
      row = []
      value = ''
    } else if (character !== '\r') value += character
  }
  if (row.length > 0 || value) rows.push([...row, value])
  return rows
}

/** A CSV that spreadsheets open as it is meant: with a byte order mark, and no value that they would take for a formula. */
export function writeCsv(rows: readonly (readonly (string | number)[])[]): Blob {
  const lines = rows.map((row) => row.map(cell).join(','))
  return new Blob([`\ufeff${lines.join('\r\n')}\r\n`], { type: 'text/csv' })
}

function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Gives the reader a file that was made in the page. */
export function saveFile(name: string, file: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
