import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import Download from 'lucide-react/icons/download'
import { type FormEvent, useCallback, useState } from 'react'
import { urls } from '../../api/client.ts'
import { useLiveStatus } from '../../api/live.ts'
import { competitionQuery, myStandingQuery } from '../../api/queries.ts'
import type { Leaderboard } from '../../api/types.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber, formatShare } from '../../lib/format.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonAnchor } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { Board } from './board.tsx'
import styles from './leaderboard-page.module.css'
import { TeamSearch } from './team-search.tsx'
import { useBoard } from './use-board.ts'

const route = getRouteApi('/competitions/$slug/leaderboard')

export function LeaderboardPage() {
  const { t, language } = useWords()
  const { slug } = route.useParams()
  const { rank } = route.useSearch()
  const navigate = route.useNavigate()
  const competition = useQuery(competitionQuery(slug)).data
  const mine =
    useQuery({ ...myStandingQuery(slug), enabled: competition?.membership != null }).data?.standing ??
    undefined
  usePageTitle(t.board.title, competition && pick(competition.title, language))
  const isLive = useLiveStatus(slug) === 'live'
  const [busy, setBusy] = useState(false)
  const board = useBoard(slug, rank, busy)
  const goTo = useCallback(
    (target: number | undefined) => void navigate({ search: { rank: target }, resetScroll: false }),
    [navigate],
  )

  if (board.isPending) return <Bones rows={10} tall />
  if (!board.heading) return <ErrorState error={board.error} onRetry={board.retry} />
  const { heading } = board
  if (heading.teams === 0 && board.rows.length === 0)
    return <EmptyState title={t.board.empty}>{t.board.emptyText}</EmptyState>

  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <div className={styles.about}>
          <p className={styles.caption}>{caption(heading, t, language)}</p>
          {heading.frozen_since && (
            <Badge tone="warn">
              <RelativeTime at={heading.frozen_since}>{t.board.frozen}</RelativeTime>
            </Badge>
          )}
          <p className={isLive ? styles.live : styles.waiting}>
            {isLive ? t.board.live : t.board.connecting}
          </p>
        </div>
        <div className={styles.tools}>
          {heading.teams >= 20 && <TeamSearch slug={slug} onJump={goTo} />}
          <Jump teams={heading.teams} onJump={goTo} />
          {mine?.rank != null && (
            <Button
              data-key="m"
              onClick={() => {
                // Twice to the same rank has to scroll twice.
                if (rank === mine.rank) board.scrollAgain()
                else goTo(mine.rank ?? undefined)
              }}
            >
              {t.board.goToMine}
            </Button>
          )}
          <span className={styles.csv}>
            <ButtonAnchor
              href={urls.leaderboardCsv(slug)}
              download
              icon={<Download aria-hidden="true" />}
              aria-label={t.board.csvLabel}
              title={t.board.csvLabel}
            >
              {t.board.csv}
            </ButtonAnchor>
          </span>
        </div>
      </div>
      <p role="status" className={styles.news}>
        {board.hasNews && (
          <>
            {t.board.changes}{' '}
            <Button small onClick={board.showNews}>
              {t.board.showChanges}
            </Button>
          </>
        )}
      </p>
      <Board board={board} target={rank} mine={mine} onBusy={setBusy} onRank={goTo} />
    </div>
  )
}

function caption(heading: Leaderboard, t: ReturnType<typeof useText>, language: string): string {
  if (heading.public_share == null) return t.board.captionWhole
  const share = formatShare(heading.public_share, language)
  return heading.public_rows == null
    ? t.board.captionShare(share)
    : t.board.caption(share, formatNumber(heading.public_rows, language))
}

function Jump({ teams, onJump }: { teams: number; onJump(rank: number): void }) {
  const t = useText()
  if (teams < 50) return null
  const jump = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const rank = Math.trunc(Number(new FormData(event.currentTarget).get('rank')))
    if (rank >= 1) onJump(Math.min(rank, teams))
  }
  return (
    <form className={styles.jump} onSubmit={jump} noValidate>
      <TextField
        label={t.board.jump}
        hideLabel
        name="rank"
        inputMode="numeric"
        pattern="[0-9]*"
        placeholder={t.board.jump}
      />
      <Button type="submit">{t.board.jumpGo}</Button>
    </form>
  )
}
