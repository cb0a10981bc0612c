import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import Eye from 'lucide-react/icons/eye'
import { useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import { competitionQuery } from '../../api/queries.ts'
import { rehearsalBoardQuery, rehearsalClosingQuery, rehearsalQuery } from '../../api/running.ts'
import type { Competition } from '../../api/types.ts'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatInstant, formatNumber } from '../../lib/format.ts'
import { instantOf, localOf } from '../../lib/zone.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { Deadline } from '../../ui/time.tsx'
import styles from './host.module.css'
import { Moved } from './moved.tsx'

const parent = getRouteApi('/competitions/$slug')
const route = getRouteApi('/competitions/$slug/host/rehearsal')

/** Teams drawn: a rehearsal looks at the top and at the shape. */
const shown = 50

/** The competition as of another instant: its state, and both boards. Nothing changes and nobody else sees it. */
export function RehearsalPage() {
  const running = useRunningText()
  const { slug } = parent.useParams()
  const { at } = route.useSearch()
  const navigate = useNavigate()
  const competition = useQuery(competitionQuery(slug)).data
  if (!competition) return null
  const go = (to: string | undefined) =>
    void navigate({
      to: '/competitions/$slug/host/rehearsal',
      params: { slug },
      search: to ? { at: to } : {},
      resetScroll: false,
    })
  return (
    <>
      <Panel title={running.rehearsal}>
        <p className={styles.muted}>{running.rehearsalText}</p>
        <Choice key={at ?? ''} competition={competition} at={at} onChoose={go} />
      </Panel>
      {at && <Rehearsed slug={slug} at={at} zone={competition.zone} onEnd={() => go(undefined)} />}
    </>
  )
}

/** A minute before or after the instants at which something happens, and any other. */
function Choice(props: { competition: Competition; at: string | undefined; onChoose(at: string): void }) {
  const running = useRunningText()
  const { competition, at, onChoose } = props
  const { zone } = competition
  const [local, setLocal] = useState(localOf(at ? new Date(at) : new Date(competition.ends_at), zone))
  const presets = [
    ['start', competition.starts_at],
    ['freeze', competition.freezes_at],
    ['end', competition.ends_at],
    ['reveal', competition.reveals_at],
  ] as const
  return (
    <div className={styles.group}>
      <div className={styles.actions}>
        {presets.map(([name, instant]) =>
          instant ? (
            <Button key={name} small onClick={() => onChoose(new Date(instant).toISOString())}>
              {running.presets[name]}
            </Button>
          ) : null,
        )}
      </div>
      <form
        className={styles.instant}
        onSubmit={(event) => {
          event.preventDefault()
          if (local) onChoose(instantOf(local, zone).toISOString())
        }}
      >
        <TextField
          label={running.instantIn(zone)}
          type="datetime-local"
          required
          value={local}
          onChange={(event) => setLocal(event.target.value)}
        />
        <Button kind="primary" type="submit">
          {running.look}
        </Button>
      </form>
    </div>
  )
}

function Rehearsed(props: { slug: string; at: string; zone: string; onEnd(): void }) {
  const { t, language } = useWords()
  const running = useRunningText()
  const { slug, at, zone } = props
  const view = useQuery(rehearsalQuery(slug, at))
  return (
    <>
      <div className={styles.rehearsing} role="status">
        <Eye aria-hidden="true" />
        <p>{running.asOf(formatInstant(new Date(at), language, zone))}</p>
        <Button small onClick={props.onEnd}>
          {running.endRehearsal}
        </Button>
      </div>
      {view.isPending && <Bones rows={4} />}
      {view.isError && <ErrorState error={view.error} onRetry={() => void view.refetch()} />}
      {view.data && (
        <Panel title={running.whatPeopleSee}>
          <dl className={styles.facts}>
            <dt>{running.state}</dt>
            <dd>
              <Badge>{t.competition.states[view.data.state]}</Badge>
            </dd>
            <dt>{running.mayEnter}</dt>
            <dd>{running.entering[view.data.state]}</dd>
            <dt>{t.competition.ends}</dt>
            <dd>
              <Deadline at={view.data.ends_at} zone={zone} />
            </dd>
            {view.data.reveals_at && (
              <>
                <dt>{running.privateBoard}</dt>
                <dd>
                  <Deadline at={view.data.reveals_at} zone={zone} />
                </dd>
              </>
            )}
          </dl>
        </Panel>
      )}
      <PublicBoard slug={slug} at={at} />
      <PrivateBoard slug={slug} at={at} />
    </>
  )
}

function PublicBoard({ slug, at }: { slug: string; at: string }) {
  const { language } = useWords()
  const running = useRunningText()
  const board = useQuery(rehearsalBoardQuery(slug, at))
  const items = board.data?.items ?? []
  const number = (value: number) => formatNumber(value, language)
  return (
    <Panel title={running.publicBoard}>
      {board.isPending && <Bones rows={4} tall />}
      {board.isError && <ErrorState error={board.error} onRetry={() => void board.refetch()} />}
      {board.data?.frozen_since && <p className={styles.muted}>{running.frozenThen}</p>}
      {board.data && items.length === 0 && <EmptyState title={running.noRanks} />}
      {items.length > 0 && (
        <Table
          label={running.publicBoard}
          columns={[
            { name: running.rank, kind: 'rank' },
            { name: running.team },
            { name: running.publicScore, kind: 'number' },
            { name: running.entries, kind: 'number', wide: true },
          ]}
        >
          {items.slice(0, shown).map((row) => (
            <tr key={row.team_id}>
              <Cell kind="rank">{row.rank ? number(row.rank) : '–'}</Cell>
              <Cell head>
                {row.team || running.hiddenTeam}
                <Aside>{row.members.join(', ')}</Aside>
              </Cell>
              <Cell kind="number">{row.score}</Cell>
              <Cell kind="number" wide>
                {number(row.entries)}
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      <More teams={board.data?.teams ?? 0} drawn={items.length} />
    </Panel>
  )
}

function PrivateBoard({ slug, at }: { slug: string; at: string }) {
  const { language } = useWords()
  const running = useRunningText()
  const board = useQuery(rehearsalClosingQuery(slug, at))
  const number = (value: number) => formatNumber(value, language)
  const items = board.data?.items ?? []
  const isEarly = board.error && asProblem(board.error).code === 'not_revealed'
  return (
    <Panel title={running.privateBoard}>
      {board.isPending && <Bones rows={4} tall />}
      {isEarly && <EmptyState title={running.noPrivateYet}>{running.noPrivateYetText}</EmptyState>}
      {board.isError && !isEarly && <ErrorState error={board.error} onRetry={() => void board.refetch()} />}
      {board.data && items.length === 0 && <EmptyState title={running.noRanks} />}
      {items.length > 0 && (
        <Table
          label={running.privateBoard}
          columns={[
            { name: running.rank, kind: 'rank' },
            { name: running.change },
            { name: running.team },
            { name: running.privateScore, kind: 'number' },
            { name: running.publicScore, kind: 'number', wide: true },
          ]}
        >
          {items.slice(0, shown).map((row) => (
            <tr key={row.team_id}>
              <Cell kind="rank">{row.rank ? number(row.rank) : '–'}</Cell>
              <Cell>
                <Moved before={row.public_rank} after={row.rank} />
              </Cell>
              <Cell head>
                {row.team}
                <Aside>{row.members.join(', ')}</Aside>
              </Cell>
              <Cell kind="number">{row.score ?? '–'}</Cell>
              <Cell kind="number" wide>
                {row.public_score}
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      <More teams={board.data?.teams ?? 0} drawn={items.length} />
    </Panel>
  )
}

function More({ teams, drawn }: { teams: number; drawn: number }) {
  const { language } = useWords()
  const running = useRunningText()
  if (drawn <= shown) return null
  return <p className={styles.muted}>{running.topOf(String(shown), formatNumber(teams, language))}</p>
}
