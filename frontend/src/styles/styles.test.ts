import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const source = new URL('..', import.meta.url).pathname
const sheets = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.module.css'),
)
const tokens = readFileSync(join(source, 'styles/tokens.css'), 'utf8')

describe('design comes from the tokens', () => {
  test.each(sheets)('%s names no colour, size of text or distance in pixels', (file) => {
    const css = readFileSync(join(source, file), 'utf8')
    expect(css).not.toMatch(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(/i)
    // Shadows, backdrops and the hue of a name are computed from black or from a custom property.
    expect(css.replaceAll(/oklch\(0 0 0 \/[^)]*\)|oklch\([^)]*var\(--hue\)\)/g, '')).not.toMatch(/oklch\(/)
    expect(css).not.toMatch(/font-size:\s*[\d.]+(px|rem)/)
    expect(css).not.toMatch(/(padding|margin|gap)[a-z-]*:[^;]*\dpx/)
  })

  // The sheets of routes come in any order; a layer of theirs would change the order of the layers.
  test.each(sheets)('%s has no layer', (file) => {
    expect(readFileSync(join(source, file), 'utf8')).not.toContain('@layer')
  })

  test('every custom property that is used exists', () => {
    const known = new Set([...tokens.matchAll(/(--[\w-]+):/g)].map(([, name]) => name))
    // Set on the element, by a component or by Base UI.
    for (const local of ['--hue', '--row-height', '--transform-origin']) known.add(local)
    for (const file of sheets) {
      for (const [, name] of readFileSync(join(source, file), 'utf8').matchAll(/var\((--[\w-]+)/g)) {
        expect(known, `${file} uses ${name}`).toContain(name)
      }
    }
  })
})

describe('colours can be told apart', () => {
  const pairs: [text: string, ground: string, least: number][] = [
    ...['bg', 'bg-raised', 'bg-sunken', 'bg-hover', 'bg-active'].flatMap(
      (ground): [string, string, number][] => [
        ['text', ground, 4.5],
        ['text-muted', ground, 4.5],
      ],
    ),
    ['text-muted', 'accent-soft', 4.5],
    ['accent', 'bg', 4.5],
    ['accent', 'bg-hover', 4.5],
    ['accent', 'accent-soft', 4.5],
    ['on-accent', 'accent-fill', 4.5],
    ['on-accent', 'accent-fill-hover', 4.5],
    ...['good', 'bad', 'warn'].flatMap((tone): [string, string, number][] => [
      [tone, 'bg-raised', 4.5],
      [tone, `${tone}-soft`, 4.5],
    ]),
    ['text-muted', 'good-soft', 4.5],
    ['text-muted', 'bad-soft', 4.5],
    ['text-muted', 'warn-soft', 4.5],
    ...[1, 2, 3, 4, 5].map((n): [string, string, number] => [`series-${n}`, 'bg-sunken', 4.5]),
    ['line-strong', 'bg-raised', 3],
    ['gold', 'bg-raised', 3],
    ['silver', 'bg-raised', 3],
    ['bronze', 'bg-raised', 3],
  ]
  for (const theme of ['light', 'dark'] as const) {
    test.each(pairs)(`%s on %s in the ${theme} theme: at least %s`, (text, ground, least) => {
      expect(contrast(luminance(text, theme), luminance(ground, theme))).toBeGreaterThanOrEqual(least)
    })
  }
})

function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

/** Relative luminance (WCAG 2) of a token: OKLCH to linear sRGB by Ottosson's matrices. */
function luminance(name: string, theme: 'light' | 'dark'): number {
  const value = tokens.match(new RegExp(`--${name}:\\s*([^;]+);`))?.[1] ?? ''
  const both = [...value.matchAll(/oklch\(([\d.]+) ([\d.]+) ([\d.]+)\)/g)]
  const [, l, c, h] = (theme === 'dark' ? both[1] : both[0]) ?? both[0] ?? []
  const [lightness, chroma, hue] = [Number(l), Number(c), (Number(h) * Math.PI) / 180]
  const a = chroma * Math.cos(hue)
  const b = chroma * Math.sin(hue)
  const cube = (x: number) => x ** 3
  const long = cube(lightness + 0.3963377774 * a + 0.2158037573 * b)
  const medium = cube(lightness - 0.1055613458 * a - 0.0638541728 * b)
  const short = cube(lightness - 0.0894841775 * a - 1.291485548 * b)
  const clip = (x: number) => Math.min(1, Math.max(0, x))
  const red = clip(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short)
  const green = clip(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short)
  const blue = clip(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
