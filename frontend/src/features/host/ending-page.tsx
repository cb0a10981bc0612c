import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { deskUrls } from '../../api/desk.ts'
import { releaseScores } from '../../api/hosting.ts'
import { isRevealed } from '../../api/is-revealed.ts'
import { competitionQuery } from '../../api/queries.ts'
import { archiveCompetition, changeRules } from '../../api/running.ts'
import type { Competition } from '../../api/types.ts'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { localOf } from '../../lib/zone.ts'
import { ButtonAnchor, ButtonLink } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import { Deadline } from '../../ui/time.tsx'
import { Step } from './ending-step.tsx'
import styles from './host.module.css'
import { NextRound } from './next-round.tsx'

const route = getRouteApi('/competitions/$slug')

/** The last steps, in their order: the board stands still, the end, the private board, the archive, the next round. */
export function EndingPage() {
  const running = useRunningText()
  const { slug } = route.useParams()
  const client = useQueryClient()
  const competition = useQuery(competitionQuery(slug)).data
  const seen = (view: Competition) => {
    client.setQueryData(competitionQuery(slug).queryKey, view)
    for (const key of ['board', 'manifest', 'entries', 'rehearsal', 'changes', 'audit'])
      void client.invalidateQueries({ queryKey: [key, slug] })
  }
  if (!competition) return null
  return (
    <Panel title={running.ending} narrow>
      <p className={styles.muted}>{running.endingText}</p>
      <ol className={styles.steps}>
        <Freeze competition={competition} onChange={seen} />
        <End competition={competition} />
        <Release competition={competition} onChange={seen} />
        <Archive competition={competition} onChange={seen} />
        <NextRound competition={competition} />
      </ol>
    </Panel>
  )
}

interface StepProps {
  competition: Competition
  onChange(view: Competition): void
}

const isOver = ({ state }: Competition) => state === 'closed' || isRevealed(state)

function Freeze({ competition, onChange }: StepProps) {
  const running = useRunningText()
  const { slug, zone, freezes_at } = competition
  const isFrozen = freezes_at ? Date.parse(freezes_at) <= Date.now() : false
  const change = async (freeze: string | null, reason: string) =>
    onChange(await changeRules(slug, { dates: { freeze }, reason }))
  const reason = (fault: (name: string) => string | undefined) => (
    <TextArea
      label={running.reason}
      hint={running.reasonHint}
      name="reason"
      rows={2}
      maxLength={500}
      required
      error={fault('reason')}
    />
  )
  return (
    <Step isDone={isFrozen || isOver(competition)} title={running.freeze}>
      <p>
        {freezes_at ? (
          <>
            {isFrozen ? running.frozenSince : running.freezesAt}{' '}
            <strong>
              <Deadline at={freezes_at} zone={zone} />
            </strong>
          </>
        ) : (
          running.neverFrozen
        )}
      </p>
      {!isOver(competition) && (
        <div className={styles.actions}>
          <FormDialog
            small
            title={running.freezeTitle}
            text={running.freezeText}
            action={running.save}
            fields={(fault) => (
              <>
                <TextField
                  label={running.freezeAt(zone)}
                  name="at"
                  type="datetime-local"
                  required
                  defaultValue={localOf(
                    freezes_at
                      ? new Date(freezes_at)
                      : new Date(Date.parse(competition.ends_at) - 86_400_000),
                    zone,
                  )}
                  error={fault('dates.freeze')}
                />
                {reason(fault)}
              </>
            )}
            onSubmit={(value) => change(`${value('at')}:00`, value('reason'))}
          >
            {freezes_at ? running.moveFreeze : running.setFreeze}
          </FormDialog>
          {freezes_at && (
            <FormDialog
              kind="plain"
              small
              title={running.unfreezeTitle}
              text={running.unfreezeText}
              action={running.unfreeze}
              fields={reason}
              onSubmit={(value) => change(null, value('reason'))}
            >
              {running.unfreeze}
            </FormDialog>
          )}
        </div>
      )}
    </Step>
  )
}

function End({ competition }: { competition: Competition }) {
  const running = useRunningText()
  const { slug, zone, ends_at, reveals_at } = competition
  return (
    <Step isDone={isOver(competition)} title={running.end}>
      <p>
        <strong>
          <Deadline at={ends_at} zone={zone} />
        </strong>
      </p>
      {!isOver(competition) && (
        <div className={styles.actions}>
          <ButtonLink to="/competitions/$slug/host/dates" params={{ slug }} small>
            {running.moveEnd}
          </ButtonLink>
          <ButtonLink
            to="/competitions/$slug/host/rehearsal"
            params={{ slug }}
            search={{ at: new Date(reveals_at ?? ends_at).toISOString() }}
            small
          >
            {running.rehearseEnd}
          </ButtonLink>
        </div>
      )}
    </Step>
  )
}

function Release({ competition, onChange }: StepProps) {
  const { t } = useWords()
  const running = useRunningText()
  const { slug, zone, reveals_at, state } = competition
  const release = useMutation({ mutationFn: () => releaseScores(slug), onSuccess: onChange })
  return (
    <Step isDone={isRevealed(competition.state)} title={running.release}>
      {isRevealed(competition.state) ? (
        <p>{running.released}</p>
      ) : (
        <p>
          {reveals_at ? (
            <>
              {running.releasesAt}{' '}
              <strong>
                <Deadline at={reveals_at} zone={zone} />
              </strong>
            </>
          ) : (
            running.releaseByHost
          )}
        </p>
      )}
      {!isRevealed(competition.state) && (
        <ul className={styles.bullets}>
          {running.whoSees.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
      {state === 'closed' && (
        <div className={styles.actions}>
          <Confirm
            kind="danger"
            title={running.releaseAsk}
            text={running.releaseAskText}
            action={running.releaseNow}
            onConfirm={() => release.mutate()}
          >
            {running.releaseNow}
          </Confirm>
        </div>
      )}
      {isRevealed(competition.state) && (
        <div className={styles.actions}>
          <ButtonLink to="/competitions/$slug/leaderboard" params={{ slug }} small>
            {t.competition.tabs.leaderboard}
          </ButtonLink>
        </div>
      )}
      {release.error && <ProblemNote error={release.error} />}
    </Step>
  )
}

function Archive({ competition, onChange }: StepProps) {
  const running = useRunningText()
  const { slug, state } = competition
  const archive = useMutation({ mutationFn: () => archiveCompetition(slug), onSuccess: onChange })
  return (
    <Step isDone={state === 'archived'} title={running.archive}>
      <p className={styles.muted}>{running.archiveText}</p>
      {isRevealed(competition.state) && (
        <div className={styles.actions}>
          <ButtonAnchor href={deskUrls.closingArchive(slug)} download small>
            {running.downloadArchive}
          </ButtonAnchor>
          {state === 'revealed' && (
            <Confirm
              title={running.archiveAsk}
              text={running.archiveAskText}
              action={running.putAway}
              onConfirm={() => archive.mutate()}
            >
              {running.putAway}
            </Confirm>
          )}
        </div>
      )}
      {archive.error && <ProblemNote error={archive.error} />}
    </Step>
  )
}
