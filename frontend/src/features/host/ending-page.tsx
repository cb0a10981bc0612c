import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import Circle from 'lucide-react/icons/circle'
import CircleCheck from 'lucide-react/icons/circle-check'
import type { ReactNode } from 'react'
import { deskUrls } from '../../api/desk.ts'
import { manifestQuery, releaseScores } from '../../api/hosting.ts'
import { isRevealed } from '../../api/is-revealed.ts'
import { competitionQuery } from '../../api/queries.ts'
import { archiveCompetition, changeRules, cloneCompetition } from '../../api/running.ts'
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
import styles from './host.module.css'

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

function Step(props: { isDone: boolean; title: string; children: ReactNode }) {
  const running = useRunningText()
  return (
    <li className={styles.step}>
      {props.isDone ? (
        <CircleCheck className={styles.done} aria-label={running.done} />
      ) : (
        <Circle className={styles.muted} aria-label={running.toCome} />
      )}
      <div className={styles.stack}>
        <h3>{props.title}</h3>
        {props.children}
      </div>
    </li>
  )
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

function NextRound({ competition }: { competition: Competition }) {
  const running = useRunningText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { slug, zone, title } = competition
  const manifest = useQuery(manifestQuery(slug)).data
  const length = Date.parse(competition.ends_at) - Date.parse(competition.starts_at)
  const start = Math.max(Date.now(), Date.parse(competition.ends_at)) + 7 * 86_400_000
  return (
    <Step isDone={false} title={running.nextRound}>
      <p className={styles.muted}>{running.nextRoundText}</p>
      <div className={styles.actions}>
        <FormDialog
          small
          title={running.cloneTitle}
          text={running.cloneText}
          action={running.clone}
          fields={(fault) => (
            <>
              <TextField
                label={running.titleEn}
                name="title"
                required
                defaultValue={title.en}
                error={fault('title')}
              />
              <TextField
                label={running.titleKo}
                name="title_ko"
                lang="ko"
                optional
                defaultValue={manifest?.title.ko ?? ''}
              />
              <TextField
                label={running.address}
                name="slug"
                required
                autoComplete="off"
                spellCheck={false}
                pattern="[a-z0-9\-]{2,63}"
                hint={running.addressHint}
                defaultValue={`${slug}-2`.slice(-63)}
                error={fault('slug')}
              />
              <TextField
                label={running.startIn(zone)}
                name="start"
                type="datetime-local"
                required
                defaultValue={localOf(new Date(start), zone)}
                error={fault('dates.start')}
              />
              <TextField
                label={running.endIn(zone)}
                name="end"
                type="datetime-local"
                required
                defaultValue={localOf(new Date(start + length), zone)}
                error={fault('dates.end')}
              />
              {isRevealed(competition.state) && (
                <TextField
                  label={running.qualified}
                  hint={running.qualifiedHint}
                  name="qualified"
                  type="number"
                  min={1}
                  optional
                  error={fault('qualified')}
                />
              )}
            </>
          )}
          onSubmit={async (value) => {
            const [ko, qualified] = [value('title_ko'), value('qualified')]
            const made = await cloneCompetition(slug, {
              slug: value('slug'),
              title: { en: value('title'), ...(ko && { ko }) },
              start: `${value('start')}:00`,
              end: `${value('end')}:00`,
              ...(qualified && { qualified: Number(qualified) }),
            })
            void client.invalidateQueries({ queryKey: ['competitions'] })
            await navigate({ to: '/competitions/$slug/host', params: { slug: made.slug } })
          }}
        >
          {running.clone}
        </FormDialog>
      </div>
    </Step>
  )
}
