/** How one text became another, word by word. */

interface Piece {
  kind: 'same' | 'gone' | 'new'
  text: string
}

/** Texts beyond this many words on both sides together are shown whole, one after the other: the table would be too large. */
const most = 4_000

/** The shortest way from `before` to `after` by taking words out and putting words in (longest common subsequence). */
export function wordDiff(before: string, after: string): Piece[] {
  const split = (text: string) => text.match(/\s+|[^\s]+/g) ?? []
  const [old, now] = [split(before), split(after)]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end++
  const [a, b] = [old.slice(start, old.length - end), now.slice(start, now.length - end)]
  const pieces: Piece[] = []
  const add = (kind: Piece['kind'], words: readonly string[]) => {
    const last = pieces.at(-1)
    if (words.length === 0) return
    if (last?.kind === kind) last.text += words.join('')
    else pieces.push({ kind, text: words.join('') })
  }
  add('same', old.slice(0, start))
  if (a.length + b.length > most) {
    add('gone', a)
    add('new', b)
  } else {
    // common[i][j]: how many words the rests from i and j share.
    const common = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
    for (let i = a.length - 1; i >= 0; i--) {
      const [here, below] = [common[i], common[i + 1]]
      if (!here || !below) continue
      for (let j = b.length - 1; j >= 0; j--) {
        here[j] = a[i] === b[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, here[j + 1] ?? 0)
      }
    }
    let [i, j] = [0, 0]
    while (i < a.length || j < b.length) {
      const [word, other] = [a[i], b[j]]
      if (word !== undefined && word === other) {
        add('same', [word])
        i++
        j++
      } else if (
        word !== undefined &&
        (other === undefined || (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))
      ) {
        add('gone', [word])
        i++
      } else if (other !== undefined) {
        add('new', [other])
        j++
      }
    }
  }
  add('same', old.slice(old.length - end))
  return pieces
}
