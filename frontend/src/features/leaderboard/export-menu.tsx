import Download from 'lucide-react/icons/download'
import { useRef } from 'react'
import { type BoardForm, urls } from '../../api/client.ts'
import type { BoardName } from '../../api/queries.ts'
import { useBoardText } from '../../i18n/board/use-board-text.ts'
import styles from './export-menu.module.css'

const forms: readonly BoardForm[] = ['csv', 'excel', 'json']

/** The whole board as a file. The browser's own disclosure: three links need no menu of their own. */
export function ExportMenu({ slug, name }: { slug: string; name: BoardName }) {
  const board = useBoardText()
  const details = useRef<HTMLDetailsElement>(null)
  const close = () => {
    if (details.current) details.current.open = false
  }
  return (
    <details
      ref={details}
      className={styles.menu}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && close()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        close()
        details.current?.querySelector('summary')?.focus()
      }}
    >
      <summary className={styles.button}>
        <Download aria-hidden="true" />
        {board.export}
      </summary>
      <ul className={styles.list}>
        {forms
          .filter((form) => form !== 'json' || name.board === 'public')
          .map((form) => (
            <li key={form}>
              <a href={urls.leaderboard(slug, name, form)} download className={styles.item} onClick={close}>
                {board.exports[form]}
              </a>
            </li>
          ))}
      </ul>
    </details>
  )
}
