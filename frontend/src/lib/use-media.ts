import { useSyncExternalStore } from 'react'

/** Whether a media query holds now; for what a style sheet alone cannot decide, such as asking for data. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query)
      list.addEventListener('change', changed)
      return () => list.removeEventListener('change', changed)
    },
    () => window.matchMedia(query).matches,
  )
}
