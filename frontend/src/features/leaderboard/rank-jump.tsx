import { useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { type BoardName, boardPageRows, boardQuery } from '../../api/queries.ts'
import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import styles from './leaderboard-page.module.css'

/** Goes to a rank, on boards where one would have to scroll for it. */
export function RankJump(props: {
  slug: string
  name: BoardName
  teams: number
  onJump(rank: number): void
}) {
  const board = useBoardText()
  const client = useQueryClient()
  const { slug, name, teams } = props
  if (teams < 50) return null
  const wish = (form: HTMLFormElement) => {
    const rank = Math.trunc(Number(new FormData(form).get('rank')))
    return rank >= 1 ? Math.min(rank, teams) : undefined
  }
  const jump = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const rank = wish(event.currentTarget)
    if (rank) props.onJump(rank)
  }
  // While the number is being typed its page is on the way already.
  const prepare = (event: FormEvent<HTMLFormElement>) => {
    const rank = wish(event.currentTarget)
    if (rank) void client.prefetchQuery(boardQuery(slug, name, Math.floor((rank - 1) / boardPageRows)))
  }
  return (
    <form className={styles.jump} onSubmit={jump} onInput={prepare} noValidate>
      <TextField
        label={board.jump}
        hideLabel
        name="rank"
        inputMode="numeric"
        pattern="[0-9]*"
        placeholder={board.jump}
      />
      <Button type="submit">{board.jumpGo}</Button>
    </form>
  )
}
