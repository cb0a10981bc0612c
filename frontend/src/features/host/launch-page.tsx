import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import CircleX from 'lucide-react/icons/circle-x'
import { publishCompetition, releaseScores } from '../../api/hosting.ts'
import { asProblem, type Fault } from '../../api/problem.ts'
import { competitionQuery } from '../../api/queries.ts'
import type { Competition } from '../../api/types.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Note, ProblemNote } from '../../ui/state.tsx'
import { Deadline } from '../../ui/time.tsx'
import styles from './host.module.css'
import { addressOf, type Section } from './sections.ts'

const route = getRouteApi('/competitions/$slug')

/** Where the competition stands, what keeps it from beginning, and the button that lets it begin. */
export function LaunchPage() {
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  if (!competition) return null
  return competition.state === 'draft' ? (
    <Draft competition={competition} />
  ) : (
    <Published competition={competition} />
  )
}

function Draft({ competition: { slug } }: { competition: Competition }) {
  const t = useText()
  const host = useHostText()
  const client = useQueryClient()
  const publish = useMutation({
    mutationFn: () => publishCompetition(slug),
    onSuccess: (view) => {
      client.setQueryData(competitionQuery(slug).queryKey, view)
      void client.invalidateQueries({ queryKey: ['competitions'] })
    },
  })
  const problem = publish.error ? asProblem(publish.error) : undefined
  return (
    <Panel title={host.launch} narrow>
      <p className={styles.muted}>{host.launchText}</p>
      {problem?.code === 'not_ready' ? (
        <Note tone="bad" title={t.problems.not_ready[0]} alert>
          <ul>
            {problem.errors.map((fault) => (
              <Missing key={`${fault.name}${fault.message}`} slug={slug} fault={fault} />
            ))}
          </ul>
        </Note>
      ) : (
        problem && <ProblemNote error={problem} />
      )}
      <div className={styles.actions}>
        <Button kind="primary" busy={publish.isPending} onClick={() => publish.mutate()}>
          {host.publish}
        </Button>
        <ButtonLink to="/competitions/$slug" params={{ slug }}>
          {host.seeAsReader}
        </ButtonLink>
      </div>
    </Panel>
  )
}

/** One thing that is missing, with the section where it is repaired. */
function Missing({ slug, fault }: { slug: string; fault: Fault }) {
  const host = useHostText()
  const section = sectionOf(fault.name ?? '')
  return (
    <li className={styles.check}>
      <CircleX aria-hidden="true" className={styles.open} />
      <span>{host.missing(fault)}</span>
      <ButtonLink to={addressOf(section)} params={{ slug }} small>
        {host.sections[section]}
      </ButtonLink>
    </li>
  )
}

/** The server names what is missing by keys such as `pages.rules`, `dates.end`, `columns[3].meaning`. */
function sectionOf(name: string): Section {
  if (name.startsWith('pages')) return 'pages'
  if (name.startsWith('files') || name.startsWith('solution')) return 'files'
  if (name.startsWith('dates') || name.startsWith('limits')) return 'dates'
  if (name.startsWith('task') || name.startsWith('split')) return 'task'
  return 'words'
}

function Published({ competition }: { competition: Competition }) {
  const t = useText()
  const host = useHostText()
  const client = useQueryClient()
  const { slug, state, starts_at, ends_at, zone } = competition
  const release = useMutation({
    mutationFn: () => releaseScores(slug),
    onSuccess: (view) => client.setQueryData(competitionQuery(slug).queryKey, view),
  })
  return (
    <Panel title={host.now} narrow>
      <dl className={styles.facts}>
        <dt>{t.submit.state}</dt>
        <dd>{t.competition.states[state]}</dd>
        <dt>{t.competition.starts}</dt>
        <dd>
          <Deadline at={starts_at} zone={zone} />
        </dd>
        <dt>{t.competition.ends}</dt>
        <dd>
          <Deadline at={ends_at} zone={zone} />
        </dd>
        <dt>{host.teams}</dt>
        <dd>{t.home.teams(competition.teams)}</dd>
        <dt>{host.entries}</dt>
        <dd>{t.home.entries(competition.entries)}</dd>
      </dl>
      {state === 'closed' && (
        <Note tone="neutral" title={host.releaseTitle}>
          <p>{host.releaseText}</p>
          <Confirm
            kind="danger"
            title={host.releaseAsk}
            text={host.releaseAskText}
            action={host.releaseNow}
            onConfirm={() => release.mutate()}
          >
            {host.releaseNow}
          </Confirm>
        </Note>
      )}
      {release.error && <ProblemNote error={release.error} />}
      <div className={styles.actions}>
        <ButtonLink to="/competitions/$slug" params={{ slug }}>
          {host.seeAsReader}
        </ButtonLink>
      </div>
    </Panel>
  )
}
