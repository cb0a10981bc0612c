import { useQuery } from '@tanstack/react-query'
import { competitionQuery, historiesQuery } from '../../api/queries.ts'
import { useBoardText } from '../../i18n/board/use-board-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { useMinute } from '../../lib/use-now.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { PersonLink } from '../../ui/person-link.tsx'
import { Bones, ErrorState } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { HistoryChart } from './history-chart.tsx'
import type { Row } from './rows.ts'
import styles from './team-dialog.module.css'

/** One team of the board: who it is, where it stands, how it got there, and what it wrote about its way. */
export function TeamDialog(props: {
  slug: string
  team: number
  /** Its row, where that is loaded. */
  row: Row | undefined
  teams: number
  writeUp: { thread_id: number; title: string } | undefined
  onClose(): void
}) {
  const { slug, team, row, writeUp } = props
  const { t, language } = useWords()
  const board = useBoardText()
  const now = useMinute()
  const competition = useQuery(competitionQuery(slug)).data
  const found = useQuery(historiesQuery(slug, [team]))
  const points = found.data?.items[0]?.items
  const name = row?.team || board.team
  return (
    <Dialog open onOpenChange={(open) => !open && props.onClose()} title={name} wide>
      {row && (
        <dl className={styles.facts}>
          {row.rank != null && (
            <div>
              <dt>{board.rank}</dt>
              <dd>{board.rankOf(formatNumber(row.rank, language), formatNumber(props.teams, language))}</dd>
            </div>
          )}
          <div>
            <dt>{board.score}</dt>
            <dd>
              {row.score} {row.standard_error && t.submit.uncertainty(row.standard_error)}
            </dd>
          </div>
          <div>
            <dt>{board.entries}</dt>
            <dd>{formatNumber(row.entries, language)}</dd>
          </div>
          {row.members.length > 0 && (
            <div>
              <dt>{board.members}</dt>
              <dd className={styles.members}>
                {row.members.map((name) => (
                  <PersonLink key={name} name={name} />
                ))}
              </dd>
            </div>
          )}
        </dl>
      )}
      {writeUp && (
        <p>
          <TextLink
            to="/competitions/$slug/discussion/$thread"
            params={{ slug, thread: String(writeUp.thread_id) }}
          >
            {board.writeUp(writeUp.title)}
          </TextLink>
        </p>
      )}
      {found.isPending && <Bones rows={4} />}
      {found.isError && <ErrorState error={found.error} onRetry={() => void found.refetch()} />}
      {found.data &&
        (points && points.length > 0 ? (
          <HistoryChart
            title={board.history}
            text={board.historyOfTeam(name)}
            lines={[{ team: name, isMine: true, points }]}
            to={competition ? Math.min(now, Date.parse(competition.ends_at)) : now}
          />
        ) : (
          <p className={styles.none}>{board.noHistory}</p>
        ))}
    </Dialog>
  )
}
