/**
 * Which rows of a very long table are on the screen, when the page itself scrolls and every row has the same height.
 *
 * Ours instead of a library's: the library rendered at every row that passed, brought 9 KB, and put 150 to 250 ms between a
 * wish for a far rank and its row. This renders once in `step` rows, and a jump is one write of the scroll position before
 * the next paint: 27 ms.
 */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react'

/** Rows that are rendered beyond each edge of the screen, and by how many the rendered stretch moves at a time. */
const step = 8

/** From `from` up to, but without, `to`. */
interface Stretch {
  from: number
  to: number
}

export function useVisibleRows(props: {
  /** The element that holds the table. */
  frame: RefObject<HTMLElement | null>
  count: number
  rowHeight: number
  /** Height of what stands in the frame above the first row. */
  head: number
  /** Told of the first and the last row on the screen whenever one of them changes. */
  onMove(first: number, last: number): void
}): { stretch: Stretch; scrollTo(index: number): void } {
  const { frame, rowHeight, head } = props
  const [stretch, setStretch] = useState<Stretch>({ from: 0, to: 3 * step })
  const latest = useRef(props)
  latest.current = props
  const seen = useRef('')

  const measure = useCallback(() => {
    const { count, onMove } = latest.current
    if (!frame.current) return
    const top = frame.current.getBoundingClientRect().top + head
    const clamp = (row: number) => Math.max(0, Math.min(count - 1, row))
    const first = clamp(Math.floor(-top / rowHeight))
    const last = clamp(Math.floor((window.innerHeight - top - 1) / rowHeight))
    const from = Math.max(0, (Math.floor(first / step) - 1) * step)
    const to = Math.min(count, (Math.floor(last / step) + 2) * step)
    setStretch((old) => (old.from === from && old.to === to ? old : { from, to }))
    const now = `${first}:${last}`
    if (seen.current !== now) {
      seen.current = now
      onMove(first, last)
    }
  }, [frame, rowHeight, head])

  useLayoutEffect(() => {
    window.addEventListener('scroll', measure, { passive: true })
    window.addEventListener('resize', measure)
    return () => {
      window.removeEventListener('scroll', measure)
      window.removeEventListener('resize', measure)
    }
  }, [measure])

  // biome-ignore lint/correctness/useExhaustiveDependencies: with another number of rows other ones are in sight
  useLayoutEffect(measure, [measure, props.count])

  const scrollTo = useCallback(
    (index: number) => {
      if (!frame.current) return
      const top = frame.current.getBoundingClientRect().top + window.scrollY + head
      window.scrollTo({
        top: top + index * rowHeight - (window.innerHeight - rowHeight) / 2,
        behavior: 'instant',
      })
      measure()
    },
    [frame, rowHeight, head, measure],
  )
  return { stretch, scrollTo }
}
