import { expect, test } from 'vitest'
import { trustServerHtml } from './trusted.ts'

const html =
  '<p><img src="/api/v1/competitions/a/files/b.png"><a href="/competitions/a">a</a> <a href="//other.example/">o</a> <a href="https://x.example/">x</a> <a href="#top">t</a></p><pre>src="/api"</pre>'

test('text of a site at the root of its host stays as the server made it', () => {
  expect(trustServerHtml(html, '')).toBe(html)
})

test('pictures and links of a site below a path lead below it, and what is only text stays', () => {
  expect(trustServerHtml(html, '/podium')).toBe(
    '<p><img src="/podium/api/v1/competitions/a/files/b.png"><a href="/podium/competitions/a">a</a> <a href="//other.example/">o</a> <a href="https://x.example/">x</a> <a href="#top">t</a></p><pre>src="/api"</pre>',
  )
})
