import '@testing-library/jest-dom/vitest'
import { cleanup, configure } from '@testing-library/react'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { writeCookie } from '../lib/cookies.ts'
import { server } from './server.ts'

configure({ asyncUtilTimeout: 5_000 })

// jsdom has no layout: it neither scrolls nor observes sizes.
window.scrollTo = vi.fn() as never
Element.prototype.scrollTo ??= vi.fn() as never
Element.prototype.scrollIntoView ??= vi.fn() as never
globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
} as never
window.matchMedia ??= ((query: string) => ({
  matches: false,
  media: query,
  addEventListener() {},
  removeEventListener() {},
})) as never

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
beforeEach(() => {
  localStorage.clear()
  writeCookie('lang', '')
  writeCookie('theme', '')
  writeCookie('keys', '')
  delete document.documentElement.dataset.theme
})
afterEach(() => {
  cleanup()
  server.resetHandlers()
})
afterAll(() => server.close())
