import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { isRevealed } from '../../api/is-revealed.ts'
import { useLiveStatus } from '../../api/live.ts'
import {
  type BoardName,
  boardQuery,
  competitionQuery,
  myStandingQuery,
  writeUpsQuery,
} from '../../api/queries.ts'
import type { ClosingBoard, Competition, Leaderboard } from '../../api/types.ts'
import type { BoardText } from '../../i18n/board/en.ts'
import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber, formatShare } from '../../lib/format.ts'
import { useMedia } from '../../lib/use-media.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { Board } from './board.tsx'
import type { Shape } from './board-row.tsx'
import { ExportMenu } from './export-menu.tsx'
import styles from './leaderboard-page.module.css'
import { RankJump } from './rank-jump.tsx'
import { closingRow, isPrivate, type Row } from './rows.ts'
import { TeamSearch } from './team-search.tsx'
import { useBoard } from './use-board.ts'

const Charts = lazy(() => import('./charts.tsx').then((module) => ({ default: module.Charts })))
const TeamDialog = lazy(() => import('./team-dialog.tsx').then((module) => ({ default: module.TeamDialog })))

const route = getRouteApi('/competitions/$slug/leaderboard')

export function LeaderboardPage() {
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  // The layout shows the tabs only once the competition is there.
  return competition ? <Boards slug={slug} competition={competition} /> : null
}

/** The board of the address: public or, once it is out, private; of everybody or of one bracket. */
function Boards({ slug, competition }: { slug: string; competition: Competition }) {
  const { language } = useWords()
  const board = useBoardText()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  usePageTitle(board.title, pick(competition.title, language))
  const isOut = isRevealed(competition.state)
  const name = useMemo<BoardName>(
    () => ({
      board: isOut ? (search.board ?? 'private') : 'public',
      ...(search.bracket ? { bracket: search.bracket } : {}),
    }),
    [isOut, search.board, search.bracket],
  )
  const [scrolls, setScrolls] = useState(0)
  // The jump does not wait for the router: the address follows it.
  const [target, setTarget] = useState(search.rank)
  const [addressed, setAddressed] = useState(search.rank)
  if (addressed !== search.rank) {
    setAddressed(search.rank)
    setTarget(search.rank)
  }
  const go = useCallback(
    (rank: number | undefined) => {
      setTarget(rank)
      setScrolls((n) => n + 1)
      void navigate({ search: (old) => ({ ...old, rank, team: undefined }), resetScroll: false })
    },
    [navigate],
  )
  const show = (change: { board?: 'public' | 'private'; bracket?: string | undefined }) => {
    setTarget(undefined)
    void navigate({
      search: (old) => ({ ...old, rank: undefined, team: undefined, ...change }),
      resetScroll: false,
    })
  }
  return (
    <div className={styles.page}>
      {(isOut || competition.brackets.length > 0) && (
        <div className={styles.views}>
          {isOut && (
            <Segments
              label={board.view}
              value={name.board}
              options={[
                ['private', board.views.private],
                ['public', board.views.public],
              ]}
              onChange={(chosen) => show({ board: chosen })}
            />
          )}
          {competition.brackets.length > 0 && (
            <Select
              label={board.bracket}
              hideLabel
              value={name.bracket ?? ''}
              options={[
                ['', board.everyone],
                ...competition.brackets.map((one) => [one.name, pick(one.title, language)] as const),
              ]}
              onChange={(event) => show({ bracket: event.target.value || undefined })}
            />
          )}
        </div>
      )}
      <OneBoard
        // Another board is another table, with a place of its own on the screen.
        key={JSON.stringify(name)}
        slug={slug}
        competition={competition}
        name={name}
        target={target}
        scrolls={scrolls}
        team={search.team}
        onRank={go}
        onTeam={(team) =>
          void navigate({
            search: (old) => ({ ...old, team }),
            resetScroll: false,
            replace: team === undefined,
          })
        }
        empty={name.bracket ? board.emptyBracket : board.empty}
      />
    </div>
  )
}

function OneBoard(props: {
  slug: string
  competition: Competition
  name: BoardName
  target: number | undefined
  scrolls: number
  team: number | undefined
  onRank(rank: number | undefined): void
  onTeam(team: number | undefined): void
  empty: string
}) {
  const { slug, competition, name, target, scrolls, onRank } = props
  const { language } = useWords()
  const board = useBoardText()
  const router = route.useNavigate()
  const isLive = useLiveStatus(slug) === 'live'
  const [busy, setBusy] = useState(false)
  // Where there is room for them, or where the reader asks.
  const isWide = useMedia('(width >= 60rem)')
  const [wish, setWish] = useState<boolean>()
  const hasCharts = name.board === 'public' && !name.bracket
  const showsCharts = wish ?? isWide
  const view = useBoard(slug, name, target, busy)
  const { heading } = view
  const mine = useMine(slug, competition, name, heading)
  // Prizes go by the final ranks, but it is the public board that names them.
  const top = useQuery(boardQuery(slug, { board: 'public' }, 0)).data
  const zones = top && !isPrivate(top) ? top.zones : none
  const writeUpList = useQuery(writeUpsQuery(slug)).data?.items
  const writeUps = useMemo(
    () => new Map((writeUpList ?? []).map((writeUp) => [writeUp.team_id, writeUp])),
    [writeUpList],
  )
  const also = heading && (isPrivate(heading) ? 'public' : heading.items[0]?.also[0]?.metric)
  const isDown = competition.task.direction === 'minimize'
  const { ends_at } = competition
  // Not renewed each minute: that would draw every row anew.
  const [opened] = useState(() => Date.now())
  const shape = useMemo<Shape>(
    () => ({
      isPrivate: name.board === 'private',
      also,
      isDown,
      until: Math.min(opened, Date.parse(ends_at)),
    }),
    [name.board, also, isDown, opened, ends_at],
  )

  if (view.error) return <ErrorState error={view.error} onRetry={view.retry} />
  if (view.isPending || !heading) return <Bones rows={10} tall />
  if (view.placed.count === 0) return <EmptyState title={props.empty}>{board.emptyText}</EmptyState>

  const isHidden = !isPrivate(heading) && heading.names === 'hidden'
  const teamRow = props.team === undefined ? undefined : (view.placed.rowOfTeam(props.team) ?? mine)
  return (
    <>
      <div className={styles.bar}>
        <div className={styles.about}>
          <p className={styles.caption}>{caption(heading, board, language)}</p>
          {!isPrivate(heading) && heading.frozen_since && (
            <Badge tone="warn">
              <RelativeTime at={heading.frozen_since}>{board.frozen}</RelativeTime>
            </Badge>
          )}
          {isHidden && <p className={styles.caption}>{board.hiddenText}</p>}
          {!isPrivate(heading) && (
            <p className={isLive ? styles.live : styles.waiting}>{isLive ? board.live : board.connecting}</p>
          )}
        </div>
        <div className={styles.tools}>
          {heading.teams >= 20 && !isHidden && name.board === 'public' && (
            <TeamSearch slug={slug} bracket={name.bracket} onJump={onRank} />
          )}
          <RankJump slug={slug} name={name} teams={heading.teams} onJump={onRank} />
          {mine?.rank != null && (
            <Button data-key="m" onClick={() => onRank(mine.rank ?? undefined)}>
              {board.goToMine}
            </Button>
          )}
          {hasCharts && (
            <Button aria-pressed={showsCharts} onClick={() => setWish(!showsCharts)}>
              {board.charts}
            </Button>
          )}
          <ExportMenu slug={slug} name={name} />
        </div>
      </div>
      {hasCharts && showsCharts && (
        // Their code comes after the table.
        <Suspense fallback={<div className={styles.soon} />}>
          <Charts slug={slug} mine={mine} />
        </Suspense>
      )}
      <p role="status" className={styles.news}>
        {view.hasNews && (
          <>
            {board.changes}{' '}
            <Button small onClick={view.showNews}>
              {board.showChanges}
            </Button>
          </>
        )}
      </p>
      <Board
        slug={slug}
        view={view}
        shape={shape}
        caption={`${board.title}, ${board.teams(heading.teams)}`}
        metric={heading.metric}
        zones={name.bracket ? none : zones}
        writeUps={writeUps}
        target={target}
        scrolls={scrolls}
        mine={mine}
        onBusy={setBusy}
        onRank={onRank}
        onTeam={props.onTeam}
        onThread={(thread) =>
          void router({
            to: '/competitions/$slug/discussion/$thread',
            params: { slug, thread: String(thread) },
          })
        }
      />
      {props.team !== undefined && (
        <Suspense>
          <TeamDialog
            slug={slug}
            team={props.team}
            row={teamRow}
            teams={heading.teams}
            writeUp={writeUps.get(props.team)}
            onClose={() => props.onTeam(undefined)}
          />
        </Suspense>
      )}
    </>
  )
}

const none: never[] = []

/** The reader's own row on the board that is shown. */
function useMine(
  slug: string,
  competition: Competition,
  name: BoardName,
  heading: Leaderboard | ClosingBoard | undefined,
): Row | undefined {
  const standing = useQuery({
    ...myStandingQuery(slug, name.bracket),
    enabled: competition.membership != null && name.board === 'public',
  }).data?.standing
  const closing = heading && isPrivate(heading) ? heading.mine : undefined
  const closed = useMemo(() => (closing ? closingRow(closing) : undefined), [closing])
  return name.board === 'private' ? closed : (standing ?? undefined)
}

function caption(heading: Leaderboard | ClosingBoard, board: BoardText, language: string): string {
  if (isPrivate(heading)) {
    const moved = heading.shake_up ? ` ${board.shakeUp(formatShare(heading.shake_up, language))}` : ''
    return board.captionPrivate + moved
  }
  if (heading.public_share == null) return board.captionWhole
  const share = formatShare(heading.public_share, language)
  return heading.public_rows == null
    ? board.captionShare(share)
    : board.caption(share, formatNumber(heading.public_rows, language))
}
