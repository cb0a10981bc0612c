import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { boardSearchQuery } from '../../api/queries.ts'
import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { SearchField } from '../../ui/search-field.tsx'
import styles from './team-search.module.css'

/** Finds teams by name on the whole board, of which the page holds only a window; choosing one goes to its row. */
export function TeamSearch(props: { slug: string; bracket: string | undefined; onJump(rank: number): void }) {
  const { language } = useWords()
  const board = useBoardText()
  const [typed, setTyped] = useState('')
  const q = useSettled(typed.trim(), 150)
  const found = useQuery(boardSearchQuery(props.slug, q, props.bracket)).data?.items
  const isOpen = typed.trim() !== '' && q !== '' && found !== undefined
  return (
    <search
      className={styles.search}
      onKeyDown={(event) => {
        if (event.key === 'Escape') setTyped('')
      }}
    >
      <SearchField label={board.search} value={typed} onChange={setTyped} />
      {isOpen && (
        <div className={styles.found}>
          <p role="status" className={styles.count}>
            {board.found(found.length)}
          </p>
          <ul>
            {found.map((row) => (
              <li key={row.team_id}>
                <button
                  type="button"
                  className={styles.row}
                  disabled={row.rank == null}
                  onClick={() => {
                    setTyped('')
                    if (row.rank != null) props.onJump(row.rank)
                  }}
                >
                  <span className={styles.rank}>
                    {row.rank == null ? board.benchmark : formatNumber(row.rank, language)}
                  </span>{' '}
                  <span className={styles.team}>{row.team}</span> <span>{row.score}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      )}
    </search>
  )
}
