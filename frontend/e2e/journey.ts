import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test as base, expect, type Locator, type Page, type PlaywrightWorkerArgs } from '@playwright/test'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What the caller of the journeys has to set; see `playwright.config.ts`. */
export function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; see playwright.config.ts`)
  return value
}

interface Watched {
  /** Requests that are allowed to fail, as when a refused file is the point of the step: `"422 POST /api/…"`. */
  expectFailure(pattern: RegExp): void
  /** Watches another page too, such as a second person's, before it goes anywhere. */
  alsoWatch(page: Page): Promise<void>
}

/** Notes any console error or warning, failed request, answer of 400 and above, and violation of the policy. */
async function watch(page: Page, note: (text: string) => void): Promise<void> {
  page.on('console', (message) => {
    const isReported = message.type() === 'error' || message.type() === 'warning'
    // The browser's line about an answer of 400 and above; the answer itself is watched below.
    if (isReported && !message.text().startsWith('Failed to load resource')) {
      note(`console ${message.type()}: ${message.text()}`)
    }
  })
  page.on('pageerror', (error) => note(`page error: ${error.message}`))
  page.on('response', (response) => {
    if (response.status() >= 400) {
      note(`${response.status()} ${response.request().method()} ${new URL(response.url()).pathname}`)
    }
  })
  page.on('requestfailed', (request) => {
    // Leaving a page ends what it was still asking for.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') {
      note(`failed ${request.method()} ${request.url()}: ${request.failure()?.errorText}`)
    }
  })
  await page.exposeFunction('reportViolation', (text: string) => note(`policy: ${text}`))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { reportViolation } = window as unknown as { reportViolation(text: string): void }
      reportViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
}

/**
 * A test whose page fails it on any console error or warning, failed request, answer of 400 and above, and violation of
 * the Content-Security-Policy, unless the step announced it.
 */
export const test = base.extend<{ watched: Watched }>({
  watched: [
    async ({ page }, use) => {
      const expected: RegExp[] = []
      const found: string[] = []
      const note = (text: string) => {
        if (!expected.some((pattern) => pattern.test(text))) found.push(text)
      }
      await watch(page, note)
      await use({
        expectFailure: (pattern) => expected.push(pattern),
        alsoWatch: (other) => watch(other, note),
      })
      expect(found, 'console errors, failed requests and policy violations').toEqual([])
    },
    { auto: true },
  ],
})

/** Counts the clicks of the hand in a page from now on. */
export async function countClicks(page: Page): Promise<() => number> {
  let clicks = 0
  await page.exposeFunction('countClick', () => clicks++)
  await page.addInitScript(() => {
    document.addEventListener('click', (event) => {
      // A label passes its click on to its field: one click of the hand.
      if (event.detail > 0) (window as unknown as { countClick(): void }).countClick()
    })
  })
  return () => clicks
}

/** Fails on any violation of WCAG 2.0 to 2.2 A and AA that axe can see in the page as it is now. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  // What fades in has, half-way, a contrast that no reader ever stops at.
  await expect.poll(() => page.evaluate(stillMoving), `animations of ${where}`).toBe(false)
  // By the debugger's door: the page's own policy would refuse a script from outside.
  await page.evaluate(axeSource)
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: {
        run(
          options: object,
        ): Promise<{ violations: { id: string; nodes: { html: string; target: string[] }[] }[] }>
      }
    }
    // One's own row stays in sight and covers part of another at any scroll position: axe measures what is left of it.
    const isPartlyCovered = (target = '') => {
      const element = document.querySelector(target)
      if (!element) return false
      const { left, right, top, bottom } = element.getBoundingClientRect()
      return [top + 1, bottom - 1].some((y) => {
        const seen = document.elementFromPoint((left + right) / 2, y)
        return seen !== null && !element.contains(seen) && !seen.contains(element)
      })
    }
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    })
    return violations
      .map(({ id, nodes }) => ({
        id,
        nodes: nodes.filter(({ target }) => id !== 'target-size' || !isPartlyCovered(target[0])),
      }))
      .filter(({ nodes }) => nodes.length > 0)
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
  })
  expect(violations, `accessibility of ${where}`).toEqual([])
}

/** Runs in the page: whether a popup is still opening or an animation that will end is under way. */
function stillMoving(): boolean {
  const ends = (animation: Animation) =>
    animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY
  return (
    document.querySelector('[data-starting-style]') !== null ||
    document.getAnimations().some((animation) => animation.playState === 'running' && ends(animation))
  )
}

/** Fails when the page can be scrolled sideways. Charts follow a change of the window's width one frame later. */
export async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
  const excess = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  await expect.poll(excess, `sideways scroll of ${where}`).toBeLessThanOrEqual(0)
}

/** Fails when a part sticks out of its frame at a side. A frame that cuts off what sticks out does not scroll. */
export async function expectWithin(part: Locator, frame: Locator): Promise<void> {
  const [inner, outer] = [await part.boundingBox(), await frame.boundingBox()]
  if (!inner || !outer) throw new Error(`${part} or ${frame} is not shown`)
  expect(inner.x, `left side of ${part}`).toBeGreaterThanOrEqual(outer.x)
  expect(inner.x + inner.width, `right side of ${part}`).toBeLessThanOrEqual(outer.x + outer.width)
}

type Playwright = PlaywrightWorkerArgs['playwright']

/** Signs the page's browser in, through the API. */
export async function signIn(page: Page, login: string, password: string): Promise<void> {
  const answer = await page.request.post('/api/v1/sessions', {
    data: { login, password },
    headers: { origin: new URL(test.info().project.use.baseURL ?? '').origin },
  })
  expect(answer.ok(), await answer.text()).toBe(true)
}

/** A new account that has joined the competition, used through the API. */
export async function newcomer(
  playwright: Playwright,
  baseURL: string,
  slug: string,
  prefix: string,
  /** To the questions of the hosts. */
  answers: Record<string, string> = {},
) {
  const api = await playwright.request.newContext({
    baseURL,
    extraHTTPHeaders: { origin: baseURL },
    // Whoever the tests are signed in as, this is somebody new.
    storageState: { cookies: [], origins: [] },
  })
  const post = async (path: string, options: object) => {
    const response = await api.post(`/api/v1${path}`, options)
    expect(response.ok(), `${path}: ${await response.text()}`).toBe(true)
  }
  const name = `${prefix}-${Date.now().toString(36)}`
  await post('/users', { data: { name, password: 'seven quiet walnut trees', language: 'en' } })
  const { items } = await (await api.get(`/api/v1/competitions/${slug}/pages?language=en`)).json()
  const rules = items.find((page: { name: string }) => page.name === 'rules')
  await post(`/competitions/${slug}/join`, {
    data: { accept_rules: true, rules_sha256: rules.sha256, answers },
  })
  return {
    api,
    name,
    post,
    submit: (buffer: Buffer) =>
      post(`/competitions/${slug}/submissions`, {
        multipart: { note: 'By a newcomer', file: { name: 'good.csv', mimeType: 'text/csv', buffer } },
      }),
  }
}

export { expect }
