import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { checklistQuery, publishCompetition } from '../../api/hosting.ts'
import { asProblem } from '../../api/problem.ts'
import { competitionQuery } from '../../api/queries.ts'
import type { Competition } from '../../api/types.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Note, ProblemNote } from '../../ui/state.tsx'
import { Deadline } from '../../ui/time.tsx'
import { Checklist, mayTellLabels } from './checklist.tsx'
import styles from './host.module.css'

const route = getRouteApi('/competitions/$slug')

/** Where the competition stands, what keeps it from beginning, and the button that lets it begin. */
export function LaunchPage() {
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  if (!competition) return null
  const isDraft = competition.state === 'draft'
  return (
    <>
      {isDraft ? <Draft competition={competition} /> : <Published competition={competition} />}
      {!isDraft && <Again slug={slug} />}
    </>
  )
}

function Draft({ competition: { slug } }: { competition: Competition }) {
  const t = useText()
  const host = useHostText()
  const client = useQueryClient()
  const checklist = useQuery(checklistQuery(slug))
  const publish = useMutation({
    mutationFn: (reason: string) => publishCompetition(slug, reason),
    onSuccess: (view) => {
      client.setQueryData(competitionQuery(slug).queryKey, view)
      void client.invalidateQueries({ queryKey: ['competitions'] })
    },
    // Somebody else may have changed something since the list was read.
    onError: () => checklist.refetch(),
  })
  const problem = publish.error ? asProblem(publish.error) : undefined
  const isDoubtful = checklist.data?.items.some(mayTellLabels) ?? false
  const isBlocked = checklist.data ? !checklist.data.is_ready : checklist.isPending
  return (
    <Panel title={host.launch} narrow>
      <p className={styles.muted}>{host.launchText}</p>
      <Checklist slug={slug} />
      {problem?.code === 'not_ready' ? (
        <Note tone="bad" title={t.problems.not_ready[0]} alert>
          <ul>
            {problem.errors.map((fault) => (
              <li key={`${fault.name}${fault.message}`}>{t.faultText(fault)}</li>
            ))}
          </ul>
        </Note>
      ) : (
        problem && <ProblemNote error={problem} />
      )}
      <div className={styles.actions}>
        {isDoubtful && !isBlocked ? (
          <FormDialog
            kind="primary"
            title={host.doubt.title}
            text={host.doubt.text}
            action={host.publish}
            fields={(fault) => (
              <TextArea
                label={host.doubt.reason}
                hint={host.doubt.reasonHint}
                name="reason"
                rows={3}
                maxLength={1000}
                required
                error={fault('reason')}
              />
            )}
            onSubmit={(value) => publish.mutateAsync(value('reason'))}
          >
            {host.publish}
          </FormDialog>
        ) : (
          <Button
            kind="primary"
            busy={publish.isPending}
            disabled={isBlocked}
            aria-describedby="why-blocked"
            onClick={() => publish.mutate('')}
          >
            {host.publish}
          </Button>
        )}
        <ButtonLink to="/competitions/$slug" params={{ slug }}>
          {host.seeAsReader}
        </ButtonLink>
        <p id="why-blocked" className={styles.muted}>
          {checklist.data && !checklist.data.is_ready && host.checklist.blocked}
        </p>
      </div>
    </Panel>
  )
}

/** For a published competition the list is made when it is asked for: it reads every data file. */
function Again({ slug }: { slug: string }) {
  const host = useHostText()
  const [isAsked, setAsked] = useState(false)
  return (
    <Panel title={host.checklist.title} narrow>
      <p className={styles.muted}>{host.checklist.againText}</p>
      {isAsked ? (
        <Checklist slug={slug} />
      ) : (
        <div>
          <Button onClick={() => setAsked(true)}>{host.checklist.again}</Button>
        </div>
      )}
    </Panel>
  )
}

function Published({ competition }: { competition: Competition }) {
  const t = useText()
  const host = useHostText()
  const { slug, state, starts_at, ends_at, zone } = competition
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
          <ButtonLink to="/competitions/$slug/host/ending" params={{ slug }} small>
            {host.sections.ending}
          </ButtonLink>
        </Note>
      )}
      <div className={styles.actions}>
        <ButtonLink to="/competitions/$slug" params={{ slug }}>
          {host.seeAsReader}
        </ButtonLink>
      </div>
    </Panel>
  )
}
