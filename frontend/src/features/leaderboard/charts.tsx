import { useQuery } from '@tanstack/react-query'
import { boardQuery, competitionQuery, distributionQuery, historiesQuery } from '../../api/queries.ts'
import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { useMinute } from '../../lib/use-now.ts'
import { Bones } from '../../ui/state.tsx'
import styles from './charts.module.css'
import { DistributionChart } from './distribution-chart.tsx'
import { HistoryChart, type Line } from './history-chart.tsx'
import { pageOf, type Row } from './rows.ts'

/** How many of the first teams have a line. */
const first = 5

/** The story of the public board beside its table: how the first teams and mine got better, and how all scores lie. */
export function Charts({ slug, mine }: { slug: string; mine: Row | undefined }) {
  const board = useBoardText()
  const now = useMinute()
  const competition = useQuery(competitionQuery(slug)).data
  const top = useQuery(boardQuery(slug, { board: 'public' }, 0)).data
  const rows = top
    ? pageOf(top)
        .rows.filter((row) => row.rank != null && row.team !== '')
        .slice(0, first)
    : []
  if (mine && !rows.some((row) => row.team_id === mine.team_id)) rows.push(mine)
  const teams = rows.map((row) => row.team_id).sort((a, b) => a - b)
  const histories = useQuery(historiesQuery(slug, teams)).data
  const bars = useQuery(distributionQuery(slug)).data?.bins
  if (!competition || !top || !bars || (teams.length > 0 && !histories)) {
    return (
      <div className={styles.charts}>
        <Bones rows={3} tall />
      </div>
    )
  }
  const lines = rows.flatMap((row): Line[] => {
    const points = histories?.items.find(({ team_id }) => team_id === row.team_id)?.items ?? []
    return points.length > 0 ? [{ team: row.team, isMine: row.team_id === mine?.team_id, points }] : []
  })
  // Where names are hidden, one's own line is the only one.
  const text = (drawn: readonly Line[], own: Row | undefined) =>
    own && drawn.length === 1
      ? board.historyOfTeam(own.team)
      : own
        ? board.historyTextMine
        : board.historyText
  return (
    <div className={styles.charts}>
      {lines.length > 0 && (
        <HistoryChart
          title={board.history}
          text={text(lines, mine)}
          lines={lines}
          to={Math.min(now, Date.parse(competition.ends_at))}
        />
      )}
      {bars.length > 0 && (
        <DistributionChart bars={bars} mine={mine?.rank != null ? mine.score : undefined} />
      )}
    </div>
  )
}
