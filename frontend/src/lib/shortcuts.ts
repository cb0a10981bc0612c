/** Single keys that do something, and whether the reader wants them (WCAG 2.1.4: they can be switched off). */
import { useSyncExternalStore } from 'react'
import { readCookie, writeCookie } from './cookies.ts'

/** What a key, or `g` and then a key, stands for. */
export type Shortcut =
  | 'help'
  | 'search'
  | 'competitions'
  | 'overview'
  | 'data'
  | 'discussion'
  | 'submit'
  | 'leaderboard'
  | 'next'
  | 'previous'
  | 'mine'

const single: Record<string, Shortcut> = { '?': 'help', '/': 'search', j: 'next', k: 'previous', m: 'mine' }
const afterG: Record<string, Shortcut> = {
  c: 'competitions',
  o: 'overview',
  a: 'data',
  d: 'discussion',
  s: 'submit',
  l: 'leaderboard',
}

/** Each shortcut with its keys, in the order in which the help lists them. */
export const shortcuts: readonly (readonly [Shortcut, readonly string[]])[] = [
  ...Object.entries(single).map(([key, name]) => [name, [key]] as const),
  ...Object.entries(afterG).map(([key, name]) => [name, ['g', key]] as const),
]

/** How long after `g` the second key may come. */
const patience = 1_500

/** Reads keys one by one; `undefined` while they mean nothing, or not yet. */
export function shortcutReader(now: () => number = Date.now) {
  let gAt = Number.NEGATIVE_INFINITY
  return (event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return undefined
    const isSecond = now() - gAt < patience
    gAt = event.key === 'g' && !isSecond ? now() : Number.NEGATIVE_INFINITY
    return isSecond ? afterG[event.key] : single[event.key]
  }
}

/** Whether keys belong to what has the focus: a field, a list, a menu. */
export function isTyping(element: Element | null): boolean {
  if (!(element instanceof HTMLElement)) return false
  if (element.closest('[role=menu], [role=listbox], [role=dialog], [role=alertdialog]')) return true
  if (element instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(element.type)
  return (
    element instanceof HTMLTextAreaElement ||
    element instanceof HTMLSelectElement ||
    element.isContentEditable
  )
}

const listeners = new Set<() => void>()

export function setShortcutsOn(on: boolean): void {
  writeCookie('keys', on ? 'on' : 'off')
  for (const listener of listeners) listener()
}

export const areShortcutsOn = () => readCookie('keys') !== 'off'

export function useShortcutsOn(): boolean {
  return useSyncExternalStore((listener) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, areShortcutsOn)
}
