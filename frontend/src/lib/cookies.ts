import { basePath } from './base-path.ts'

/** Reads one cookie of this site that scripts may see; `undefined` when it is not set. */
export function readCookie(name: string, cookies = document.cookie): string | undefined {
  for (const part of cookies.split('; ')) {
    if (part.startsWith(`${name}=`)) return decodeURIComponent(part.slice(name.length + 1))
  }
  return undefined
}

/** Keeps a preference for a year. The server reads it to write the page's first bytes in that language and theme. */
export function writeCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing on plain http, where Podium may run.
  document.cookie = `${name}=${encodeURIComponent(value)}; Path=${basePath || '/'}; Max-Age=31536000; SameSite=Lax`
}
