import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { type HostTeam, teamsQuery } from '../../api/desk.ts'
import { competitionQuery } from '../../api/queries.ts'
import type { Competition } from '../../api/types.ts'
import { useDeskText } from '../../i18n/desk/use-desk-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './host.module.css'
import { GrantLine, TeamActions } from './team-decisions.tsx'

const route = getRouteApi('/competitions/$slug')

/** Teams drawn at once: the server gives all of them, a screen needs the first and a search. */
const step = 100

/** Teams with what was decided about them: brackets, disqualification, entries and time beyond the rules. */
export function TeamsPage() {
  const { t, language } = useWords()
  const desk = useDeskText()
  const { slug } = route.useParams()
  const [typed, setTyped] = useState('')
  const [bracket, setBracket] = useState('')
  const [ruled, setRuled] = useState('')
  const [most, setMost] = useState(step)
  const q = useSettled(typed.trim(), 250)
  const competition = useQuery(competitionQuery(slug)).data
  const list = useQuery(
    teamsQuery(slug, { q, bracket, disqualified: ruled === '' ? undefined : ruled === 'out' }),
  )
  const items = list.data?.items
  if (!competition) return null
  const brackets = competition.brackets
  return (
    <Panel title={desk.teams}>
      <div className={styles.filters}>
        <SearchField label={desk.searchTeam} value={typed} onChange={setTyped} />
        {brackets.length > 0 && (
          <Select
            label={desk.bracket}
            hideLabel
            value={bracket}
            options={[
              ['', desk.allBrackets],
              ...brackets.map(({ name, title }) => [name, pick(title, language)] as const),
            ]}
            onChange={(event) => setBracket(event.target.value)}
          />
        )}
        <Select
          label={t.submit.state}
          hideLabel
          value={ruled}
          options={[
            ['', desk.allTeams],
            ['in', desk.ranked],
            ['out', desk.disqualified],
          ]}
          onChange={(event) => setRuled(event.target.value)}
        />
      </div>
      {list.isPending && <Bones rows={5} tall />}
      {list.isError && !items && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {items?.length === 0 && (
        <EmptyState title={q || bracket || ruled ? desk.noMatch : desk.noTeams}>
          {q || bracket || ruled ? desk.noMatchText : desk.noTeamsText}
        </EmptyState>
      )}
      {items && items.length > 0 && (
        <Table
          label={desk.teams}
          columns={[
            { name: desk.team },
            { name: desk.entries, kind: 'number' },
            { name: desk.lastEntry, wide: true },
            { name: desk.decision, kind: 'action' },
          ]}
        >
          {items.slice(0, most).map((team) => (
            <Row key={team.id} competition={competition} team={team} />
          ))}
        </Table>
      )}
      {items && items.length > most && (
        <div>
          <Button onClick={() => setMost(most + step)}>{t.common.more}</Button>
        </div>
      )}
    </Panel>
  )
}

function Row({ competition, team }: { competition: Competition; team: HostTeam }) {
  const { language } = useWords()
  const desk = useDeskText()
  const [isOpen, setOpen] = useState(false)
  const { slug } = competition
  return (
    <>
      <tr>
        <Cell head>
          {team.name}
          <Badges competition={competition} team={team} />
          <Aside>{team.members.map(({ name }) => name).join(', ')}</Aside>
        </Cell>
        <Cell kind="number">
          <TextLink
            to="/competitions/$slug/host/entries"
            params={{ slug }}
            search={{ team: team.id }}
            aria-label={desk.entriesOf(team.name, team.entries)}
          >
            {formatNumber(team.entries, language)}
          </TextLink>
        </Cell>
        <Cell wide>{team.last_at && <RelativeTime at={team.last_at} />}</Cell>
        <Cell kind="action">
          <Button
            kind="plain"
            small
            aria-label={desk.manageTeam(team.name)}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {desk.manage}
          </Button>
        </Cell>
      </tr>
      {isOpen && (
        <tr>
          <Cell span={4}>
            <div className={styles.stack}>
              {team.disqualified_for && <p>{desk.disqualifiedFor(team.disqualified_for)}</p>}
              {team.grants
                .filter((grant) => !grant.revoked_at)
                .map((grant) => (
                  <GrantLine key={grant.id} competition={competition} team={team} grant={grant} />
                ))}
              <div className={styles.actions}>
                <TeamActions competition={competition} team={team} />
              </div>
            </div>
          </Cell>
        </tr>
      )}
    </>
  )
}

/** What hosts decided, in a word each. */
function Badges({ competition, team }: { competition: Competition; team: HostTeam }) {
  const { language } = useWords()
  const desk = useDeskText()
  const bracket = competition.brackets.find(({ name }) => name === team.bracket)
  const grants = team.grants.filter((grant) => !grant.revoked_at)
  return (
    <>
      {' '}
      {team.is_benchmark && <Badge>{desk.benchmark}</Badge>}{' '}
      {bracket && <Badge>{pick(bracket.title, language)}</Badge>}{' '}
      {team.disqualified_at && <Badge tone="bad">{desk.disqualified}</Badge>}{' '}
      {grants.length > 0 && <Badge tone="good">{desk.granted(grants.length)}</Badge>}
    </>
  )
}
