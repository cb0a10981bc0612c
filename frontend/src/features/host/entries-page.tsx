import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import Download from 'lucide-react/icons/download'
import { useState } from 'react'
import { urls } from '../../api/client.ts'
import {
  deskUrls,
  type Entry,
  type EntryFilter,
  entriesQuery,
  scoresQuery,
  teamsQuery,
} from '../../api/desk.ts'
import { isRevealed } from '../../api/is-revealed.ts'
import { competitionQuery } from '../../api/queries.ts'
import type { SubmissionState } from '../../api/types.ts'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonAnchor, ButtonLink } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { More } from '../../ui/more.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './host.module.css'

const competition = getRouteApi('/competitions/$slug')
const route = getRouteApi('/competitions/$slug/host/entries')

const states = [
  'scored',
  'queued',
  'scoring',
  'invalid',
  'platform_error',
  'withdrawn',
] as const satisfies readonly SubmissionState[]

const tones: Record<SubmissionState, 'neutral' | 'good' | 'bad' | 'warn'> = {
  queued: 'neutral',
  scoring: 'neutral',
  scored: 'good',
  invalid: 'bad',
  platform_error: 'warn',
  withdrawn: 'neutral',
}

/** The entries of all teams, newest first, with filters in the address; each as a file, all of them as one archive. */
export function EntriesPage() {
  const running = useRunningText()
  const { slug } = competition.useParams()
  const filter = route.useSearch()
  const isReleased = isRevealed(useQuery(competitionQuery(slug)).data?.state)
  const list = useInfiniteQuery(entriesQuery(slug, filter))
  const items = list.data?.pages.flatMap((page) => page.items)
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  return (
    <Panel
      title={running.entries}
      aside={
        <ButtonAnchor
          href={deskUrls.entriesZip(slug, filter)}
          download
          icon={<Download aria-hidden="true" />}
        >
          {isFiltered ? running.downloadThese : running.downloadAll}
        </ButtonAnchor>
      }
    >
      <Filters slug={slug} filter={filter} items={items} />
      {list.isPending && <Bones rows={5} tall />}
      {list.isError && !items && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {items?.length === 0 &&
        (isFiltered ? (
          <EmptyState
            title={running.noMatch}
            action={
              <ButtonLink to="/competitions/$slug/host/entries" params={{ slug }}>
                {running.allEntries}
              </ButtonLink>
            }
          />
        ) : (
          <EmptyState title={running.noEntries}>{running.noEntriesText}</EmptyState>
        ))}
      {items && items.length > 0 && (
        <Table
          label={running.entries}
          columns={[
            { name: running.teamAndEntry },
            { name: running.state, wide: true },
            { name: running.publicScore, kind: 'number' },
            ...(isReleased ? [{ name: running.privateScore, kind: 'number' as const, wide: true }] : []),
            { name: running.when, wide: true },
            { name: running.actions, kind: 'action' },
          ]}
        >
          {items.map((item) => (
            <Row key={item.entry.id} item={item} isReleased={isReleased} />
          ))}
        </Table>
      )}
      <More list={list} />
    </Panel>
  )
}

function Filters({ slug, filter, items }: { slug: string; filter: EntryFilter; items: Entry[] | undefined }) {
  const { t } = useWords()
  const running = useRunningText()
  const navigate = useNavigate()
  const go = (change: EntryFilter) => {
    const search = Object.fromEntries(
      Object.entries({ ...filter, ...change }).filter(([, value]) => value !== undefined),
    )
    void navigate({ to: '/competitions/$slug/host/entries', params: { slug }, search, replace: true })
  }
  return (
    <div className={styles.filters}>
      <TeamChoice
        // Another team from outside, as by a link, is another text in the field.
        key={filter.team ?? 0}
        slug={slug}
        chosen={
          items?.find(({ team }) => team.id === filter.team)?.team.name ?? filter.team?.toString() ?? ''
        }
        onChoose={(team) => team !== filter.team && go({ team })}
      />
      <Select
        label={running.state}
        hideLabel
        value={filter.state ?? ''}
        options={[
          ['', running.allStates],
          ...states.map((state) => [state, t.submit.states[state]] as const),
        ]}
        onChange={(event) => go({ state: (event.target.value || undefined) as SubmissionState | undefined })}
      />
      <Select
        label={running.inTime}
        hideLabel
        value={filter.late === undefined ? '' : String(filter.late)}
        options={[
          ['', running.lateOrNot],
          ['false', running.onlyInTime],
          ['true', running.onlyLate],
        ]}
        onChange={(event) =>
          go({ late: event.target.value === '' ? undefined : event.target.value === 'true' })
        }
      />
    </div>
  )
}

/** Names of teams are offered while they are typed; only a whole one filters. */
function TeamChoice(props: { slug: string; chosen: string; onChoose(team: number | undefined): void }) {
  const running = useRunningText()
  const [typed, setTyped] = useState(props.chosen)
  const q = useSettled(typed.trim(), 250)
  const teams = useQuery({ ...teamsQuery(props.slug, { q }), enabled: q !== '' && q !== props.chosen })
  const offered = teams.data?.items.slice(0, 20) ?? []
  return (
    <>
      <TextField
        label={running.onlyTeam}
        hideLabel
        type="search"
        placeholder={running.onlyTeam}
        list="entry-teams"
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value)
          const found = offered.find(({ name }) => name === event.target.value)
          if (found) props.onChoose(found.id)
          else if (!event.target.value) props.onChoose(undefined)
        }}
      />
      <datalist id="entry-teams">
        {offered.map(({ id, name }) => (
          <option key={id} value={name} />
        ))}
      </datalist>
    </>
  )
}

function Row({ item: { team, entry }, isReleased }: { item: Entry; isReleased: boolean }) {
  const { t, language } = useWords()
  const running = useRunningText()
  const [isOpen, setOpen] = useState(false)
  const name = running.entryOf(team.name, formatNumber(entry.number, language))
  const state = (
    <>
      <Badge tone={tones[entry.state]}>{t.submit.states[entry.state]}</Badge>{' '}
      {entry.is_late && <Badge tone="warn">{running.late}</Badge>}
    </>
  )
  return (
    <>
      <tr>
        <Cell head>
          {name}
          <Aside>
            {entry.file_name} · {t.submit.by(entry.submitted_by)}
          </Aside>
          {entry.note && <Aside>{entry.note}</Aside>}
          <div className={styles.onlyNarrow}>
            {state} <RelativeTime at={entry.accepted_at} />
          </div>
        </Cell>
        <Cell wide>
          {state}
          {entry.state !== 'scored' && <Aside>{pick(entry.status.text, language)}</Aside>}
        </Cell>
        <Cell kind="number">{entry.scores[0]?.score ?? ''}</Cell>
        {isReleased && (
          <Cell kind="number" wide>
            {entry.private_scores[0]?.score ?? ''}
          </Cell>
        )}
        <Cell wide>
          <RelativeTime at={entry.accepted_at} />
        </Cell>
        <Cell kind="action">
          {entry.state === 'scored' && (
            <Button
              kind="plain"
              small
              aria-expanded={isOpen}
              aria-label={running.versionsOf(name)}
              onClick={() => setOpen(!isOpen)}
            >
              {running.versions}
            </Button>
          )}
          {entry.state !== 'invalid' && (
            <ButtonAnchor
              kind="plain"
              small
              href={urls.submissionFile(entry.id)}
              download
              aria-label={running.downloadOne(name)}
            >
              {t.data.download}
            </ButtonAnchor>
          )}
        </Cell>
      </tr>
      {isOpen && (
        <tr>
          <Cell span={isReleased ? 6 : 5}>
            <Versions id={entry.id} label={running.versionsOf(name)} />
          </Cell>
        </tr>
      )}
    </>
  )
}

/** The public score of an entry by each solution that it was scored with. */
function Versions({ id, label }: { id: number; label: string }) {
  const { language } = useWords()
  const running = useRunningText()
  const scores = useQuery(scoresQuery(id))
  if (scores.isPending) return <Bones rows={2} />
  if (!scores.data) return <ErrorState error={scores.error} onRetry={() => void scores.refetch()} />
  return (
    <Table
      label={label}
      columns={[
        { name: running.solution },
        { name: running.metric },
        { name: running.publicScore, kind: 'number' },
        { name: running.standardError, kind: 'number', wide: true },
      ]}
    >
      {scores.data.items.map((version) => (
        <tr key={`${version.version}/${version.metric}`}>
          <Cell head>
            {running.version(formatNumber(version.version ?? 0, language))}{' '}
            {version.is_current && <Badge tone="accent">{running.counts}</Badge>}
          </Cell>
          <Cell>
            <code>{version.metric}</code>
          </Cell>
          <Cell kind="number">{version.score ?? version.error?.message ?? ''}</Cell>
          <Cell kind="number" wide>
            {version.standard_error ?? ''}
          </Cell>
        </tr>
      ))}
    </Table>
  )
}
