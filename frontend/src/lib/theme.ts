import { useSyncExternalStore } from 'react'
import { readCookie, writeCookie } from './cookies.ts'

/** `system` follows the operating system. */
export type Theme = 'system' | 'light' | 'dark'

const listeners = new Set<() => void>()

function currentTheme(): Theme {
  const theme = document.documentElement.dataset.theme
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

function show(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

/** Shows the theme of the cookie; for the first moment of the page. */
export function applyStoredTheme(): void {
  const stored = readCookie('theme')
  if (stored === 'light' || stored === 'dark') show(stored)
}

/** Changes the theme now and for later visits. */
export function setTheme(theme: Theme): void {
  show(theme)
  writeCookie('theme', theme)
  for (const listener of listeners) listener()
}

/** The chosen theme. */
export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, currentTheme)
}
