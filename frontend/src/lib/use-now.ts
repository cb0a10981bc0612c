import { useSyncExternalStore } from 'react'

/**
 * One clock for all relative times of the page: components that read it are drawn again when its step passes, and
 * `Date.now()` is never called while drawing (a memoised component would keep an old answer).
 */
function clock(stepMs: number) {
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const listeners = new Set<() => void>()
  const tick = () => {
    now = Date.now()
    for (const listener of listeners) listener()
  }
  return {
    subscribe(listener: () => void) {
      listeners.add(listener)
      if (timer === undefined) {
        now = Date.now()
        timer = setInterval(tick, stepMs)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) {
          clearInterval(timer)
          timer = undefined
        }
      }
    },
    read: () => now,
  }
}

const perMinute = clock(60_000)
const perSecond = clock(1_000)

/** The time in milliseconds, renewed every minute. */
export function useMinute(): number {
  return useSyncExternalStore(perMinute.subscribe, perMinute.read)
}

/** The time in milliseconds, renewed every second; for countdowns of the last hour only. */
export function useSecond(): number {
  return useSyncExternalStore(perSecond.subscribe, perSecond.read)
}
