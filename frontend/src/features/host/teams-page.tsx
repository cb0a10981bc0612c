import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import {
  createGrant,
  disqualifyTeam,
  type Grant,
  type HostTeam,
  reinstateTeam,
  revokeGrant,
  teamsQuery,
  updateTeam,
} from '../../api/desk.ts'
import { isRevealed } from '../../api/is-revealed.ts'
import { competitionQuery } from '../../api/queries.ts'
import type { Competition } from '../../api/types.ts'
import { useDeskText } from '../../i18n/desk/use-desk-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { instantOf, localOf } from '../../lib/zone.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Select, TextArea, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Bones, EmptyState, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { Deadline, RelativeTime } from '../../ui/time.tsx'
import styles from './host.module.css'
import { ReasonDialog } from './reason-dialog.tsx'

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
                <Actions competition={competition} team={team} />
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

function GrantLine(props: { competition: Competition; team: HostTeam; grant: Grant }) {
  const desk = useDeskText()
  const client = useQueryClient()
  const { slug, zone } = props.competition
  const { team, grant } = props
  const revoke = useMutation({
    mutationFn: () => revokeGrant(slug, team.id, grant.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['host-teams', slug] }),
  })
  return (
    <div className={styles.grant}>
      <div>
        {grant.entries ? desk.grantedEntries(grant.entries, grant.day ?? '') : desk.grantedTime}{' '}
        {grant.until && <Deadline at={grant.until} zone={zone} />}
        <Aside>{grant.reason}</Aside>
      </div>
      <Confirm
        label={desk.revokeGrantOf(team.name)}
        title={desk.revokeGrantTitle}
        text={desk.revokeGrantText}
        action={desk.takeBack}
        onConfirm={() => revoke.mutate()}
      >
        {desk.takeBack}
      </Confirm>
      {revoke.error && <ProblemNote error={revoke.error} />}
    </div>
  )
}

function Actions({ competition, team }: { competition: Competition; team: HostTeam }) {
  const { language } = useWords()
  const desk = useDeskText()
  const client = useQueryClient()
  const { slug, zone } = competition
  const done = async (sent: Promise<unknown>) => {
    await sent
    for (const key of ['host-teams', 'board', 'competition'])
      void client.invalidateQueries({ queryKey: [key, slug] })
  }
  const reasonField = (fault: (name: string) => string | undefined) => (
    <TextArea label={desk.reason} name="reason" rows={2} maxLength={1000} required error={fault('reason')} />
  )
  const isOver = isRevealed(competition.state)
  return (
    <>
      {!team.is_benchmark && !isOver && !team.disqualified_at && (
        <>
          <FormDialog
            small
            label={desk.grantEntriesTo(team.name)}
            title={desk.grantEntriesTo(team.name)}
            text={desk.grantEntriesText}
            action={desk.grant}
            fields={(fault) => (
              <>
                <div className={styles.pair}>
                  <TextField
                    label={desk.entries}
                    name="entries"
                    type="number"
                    min={1}
                    max={1000}
                    defaultValue="1"
                    error={fault('entries')}
                  />
                  <TextField
                    label={desk.onDay(zone)}
                    name="day"
                    type="date"
                    defaultValue={localOf(new Date(), zone).slice(0, 10)}
                    error={fault('day')}
                  />
                </div>
                {reasonField(fault)}
              </>
            )}
            onSubmit={(value) =>
              done(
                createGrant(slug, team.id, {
                  entries: Number(value('entries')),
                  day: value('day'),
                  reason: value('reason'),
                }),
              )
            }
          >
            {desk.grantEntries}
          </FormDialog>
          <FormDialog
            small
            label={desk.grantTimeTo(team.name)}
            title={desk.grantTimeTo(team.name)}
            text={desk.grantTimeText}
            action={desk.grant}
            fields={(fault) => (
              <>
                <TextField
                  label={desk.countsUntil(zone)}
                  name="until"
                  type="datetime-local"
                  required
                  defaultValue={localOf(new Date(Date.parse(competition.ends_at) + 86_400_000), zone)}
                  error={fault('until')}
                />
                {reasonField(fault)}
              </>
            )}
            onSubmit={(value) =>
              done(
                createGrant(slug, team.id, {
                  until: instantOf(value('until'), zone).toISOString(),
                  reason: value('reason'),
                }),
              )
            }
          >
            {desk.grantTime}
          </FormDialog>
        </>
      )}
      <FormDialog
        small
        label={desk.changeTeam(team.name)}
        title={desk.changeTeam(team.name)}
        action={desk.save}
        fields={(fault) => (
          <>
            <TextField
              label={desk.teamName}
              name="name"
              defaultValue={team.name}
              autoComplete="off"
              required
              error={fault('name')}
            />
            {competition.brackets.length > 0 && (
              <Select
                label={desk.bracket}
                name="bracket"
                defaultValue={team.bracket ?? ''}
                error={fault('bracket')}
                options={[
                  ['', desk.bracketByAnswers],
                  ...competition.brackets.map(({ name, title }) => [name, pick(title, language)] as const),
                ]}
              />
            )}
          </>
        )}
        onSubmit={(value) =>
          done(
            updateTeam(slug, team.id, {
              ...(value('name') === team.name ? {} : { name: value('name') }),
              ...(competition.brackets.length === 0 || value('bracket') === (team.bracket ?? '')
                ? {}
                : { bracket: value('bracket') }),
            }),
          )
        }
      >
        {desk.change}
      </FormDialog>
      {team.disqualified_at ? (
        <ReasonDialog
          // Another dialog than the one below: what was open there does not become this one.
          key="reinstate"
          label={desk.reinstateTeam(team.name)}
          title={desk.reinstateTitle(team.name)}
          text={desk.reinstateText}
          action={desk.reinstate}
          onDecide={(reason) => done(reinstateTeam(slug, team.id, reason))}
        >
          {desk.reinstate}
        </ReasonDialog>
      ) : (
        !team.is_benchmark && (
          <ReasonDialog
            key="disqualify"
            label={desk.disqualifyTeam(team.name)}
            title={desk.disqualifyTitle(team.name)}
            text={desk.disqualifyText}
            action={desk.disqualify}
            required
            onDecide={(reason) => done(disqualifyTeam(slug, team.id, reason))}
          >
            {desk.disqualify}
          </ReasonDialog>
        )
      )}
    </>
  )
}
