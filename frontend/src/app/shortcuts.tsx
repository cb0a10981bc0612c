import { useNavigate, useParams } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { areShortcutsOn, isTyping, type Shortcut, shortcutReader } from '../lib/shortcuts.ts'

const ShortcutsDialog = lazy(() =>
  import('./shortcuts-dialog.tsx').then((module) => ({ default: module.ShortcutsDialog })),
)

const tabs = {
  overview: '/competitions/$slug',
  data: '/competitions/$slug/data',
  discussion: '/competitions/$slug/discussion',
  submit: '/competitions/$slug/submit',
  leaderboard: '/competitions/$slug/leaderboard',
} as const

/**
 * Single keys for the whole site. A page says what its keys mean by marks in its elements: `data-item` on the links of a
 * list that `j` and `k` walk, `data-key="m"` on the button that `m` presses, and a search field for `/`.
 */
export function Shortcuts({ help, onHelp }: { help: boolean; onHelp(open: boolean): void }) {
  const navigate = useNavigate()
  const { slug } = useParams({ strict: false })
  const [asked, setAsked] = useState(false)
  if (help && !asked) setAsked(true)
  const latest = useRef<(shortcut: Shortcut) => void>(undefined)

  useEffect(() => {
    latest.current = (shortcut) => {
      switch (shortcut) {
        case 'help':
          onHelp(true)
          break
        case 'search':
          if (!focusSearch()) void navigate({ to: '/' }).then(() => requestAnimationFrame(focusSearch))
          break
        case 'next':
          step(1)
          break
        case 'previous':
          step(-1)
          break
        case 'mine':
          document.querySelector<HTMLElement>('[data-key=m]')?.click()
          break
        case 'competitions':
          void navigate({ to: '/' })
          break
        default:
          if (slug) void navigate({ to: tabs[shortcut], params: { slug } })
      }
    }
  }, [navigate, onHelp, slug])

  useEffect(() => {
    const read = shortcutReader()
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || !areShortcutsOn() || isTyping(document.activeElement)) return
      const shortcut = read(event)
      if (!shortcut) return
      event.preventDefault()
      latest.current?.(shortcut)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  return (
    asked && (
      <Suspense>
        <ShortcutsDialog open={help} onOpenChange={onHelp} />
      </Suspense>
    )
  )
}

function focusSearch(): boolean {
  const field = document.querySelector<HTMLInputElement>('main input[type=search]')
  field?.focus()
  field?.select()
  return field !== null
}

/** The next or previous link of the page's list, from the one that has the focus. */
function step(by: 1 | -1): void {
  const items = [...document.querySelectorAll<HTMLElement>('main [data-item]')]
  const at = items.indexOf(document.activeElement as HTMLElement)
  const next = at < 0 ? (by > 0 ? 0 : -1) : at + by
  items[next]?.focus()
}
