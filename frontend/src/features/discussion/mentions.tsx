import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, type RefObject, useState } from 'react'
import { boardSearchQuery } from '../../api/queries.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { useSettled } from '../../lib/use-settled.ts'
import styles from './mentions.module.css'

/** How many names are offered. */
const most = 6

interface Typed {
  /** Where the `@` stands. */
  at: number
  /** What follows it. */
  name: string
}

/**
 * Names for a mention that is being typed: people whose teams are on the leaderboard, found by the search of the board.
 * Arrows choose, Enter or Tab takes, Escape closes.
 */
export function useMention(
  slug: string,
  area: RefObject<HTMLTextAreaElement | null>,
  write: (text: string) => void,
) {
  const [typed, setTyped] = useState<Typed>()
  const [chosen, setChosen] = useState(0)
  const q = useSettled(typed?.name ?? '', 150)
  const found = useQuery(boardSearchQuery(slug, q)).data?.items ?? []
  const wanted = typed?.name.toLowerCase() ?? ''
  const names = [...new Set(found.flatMap((row) => row.members))]
    .filter((name) => name.toLowerCase().startsWith(wanted))
    .slice(0, most)
  const isOpen = typed !== undefined && wanted !== '' && names.length > 0
  const close = () => setTyped(undefined)
  const take = (name: string) => {
    const field = area.current
    if (!field || !typed) return
    const end = typed.at + 1 + typed.name.length
    write(`${field.value.slice(0, typed.at)}@${name} ${field.value.slice(end)}`)
    const cursor = typed.at + name.length + 2
    close()
    requestAnimationFrame(() => {
      field.focus()
      field.setSelectionRange(cursor, cursor)
    })
  }
  return {
    isOpen,
    names,
    chosen,
    take,
    close,
    /** Looks whether a name is being typed where the cursor is. */
    look(field: HTMLTextAreaElement) {
      const before = field.value.slice(0, field.selectionStart)
      const match = /(?:^|\s)@([\p{L}\p{N}_.-]{1,32})$/u.exec(before)
      setChosen(0)
      setTyped(match ? { at: before.length - (match[1] ?? '').length - 1, name: match[1] ?? '' } : undefined)
    },
    /** Whether the key was for the list. */
    onKeyDown(event: KeyboardEvent): boolean {
      if (!isOpen || event.nativeEvent.isComposing) return false
      const name = names[chosen]
      if (event.key === 'ArrowDown') setChosen((chosen + 1) % names.length)
      else if (event.key === 'ArrowUp') setChosen((chosen + names.length - 1) % names.length)
      else if (event.key === 'Escape') close()
      else if ((event.key === 'Enter' || event.key === 'Tab') && name && !event.ctrlKey && !event.metaKey)
        take(name)
      else return false
      event.preventDefault()
      event.stopPropagation()
      return true
    },
  }
}

export function MentionList({ mention }: { mention: ReturnType<typeof useMention> }) {
  const discussion = useDiscussionText()
  if (!mention.isOpen) return null
  return (
    <>
      <ul className={styles.list}>
        {mention.names.map((name, at) => (
          <li key={name}>
            <button
              type="button"
              tabIndex={-1}
              className={at === mention.chosen ? `${styles.name} ${styles.chosen}` : styles.name}
              // Before the field loses the focus, which would close the list.
              onPointerDown={(event) => {
                event.preventDefault()
                mention.take(name)
              }}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
      <p role="status" className={styles.spoken}>
        {discussion.mentionHint(mention.names[mention.chosen] ?? '')}
      </p>
    </>
  )
}
