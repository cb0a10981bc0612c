/**
 * A tar archive (POSIX ustar) of files, for sending many of them in one request. The files are not read here: the browser
 * streams them when the archive is sent.
 */

const block = 512

/** Paths longer than this do not fit the header; the server's own limit is near it. */
export const longestPath = 255

export function tar(files: readonly { path: string; file: Blob }[]): Blob {
  const parts: BlobPart[] = []
  for (const { path, file } of files) {
    parts.push(header(path, file.size), file, new Uint8Array((block - (file.size % block)) % block))
  }
  parts.push(new Uint8Array(2 * block))
  return new Blob(parts, { type: 'application/x-tar' })
}

function header(path: string, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(block)
  const write = (at: number, text: string) => bytes.set(new TextEncoder().encode(text), at)
  const octal = (value: number, digits: number) => value.toString(8).padStart(digits, '0')
  const { prefix, name } = split(path)
  write(0, name)
  write(100, '0000644\0')
  write(108, '0000000\0')
  write(116, '0000000\0')
  write(124, `${octal(size, 11)} `)
  write(136, '00000000000 ')
  // The sum is taken with blanks in its own place.
  write(148, '        ')
  write(156, '0')
  write(257, 'ustar\x0000')
  write(345, prefix)
  write(
    148,
    `${octal(
      bytes.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
  )
  return bytes
}

/** A long path is parted at a slash: 155 bytes before it, 100 after it. */
function split(path: string): { prefix: string; name: string } {
  const length = (text: string) => new TextEncoder().encode(text).length
  if (length(path) <= 100) return { prefix: '', name: path }
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)]
    if (length(name) <= 100 && length(prefix) <= 155) return { prefix, name }
  }
  throw new RangeError(`the path of a file is too long: ${path}`)
}
