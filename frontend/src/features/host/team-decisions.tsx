import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  createGrant,
  disqualifyTeam,
  type Grant,
  type HostTeam,
  reinstateTeam,
  revokeGrant,
  updateTeam,
} from '../../api/desk.ts'
import { isRevealed } from '../../api/is-revealed.ts'
import type { Competition } from '../../api/types.ts'
import { useDeskText } from '../../i18n/desk/use-desk-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { instantOf, localOf } from '../../lib/zone.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Select, TextArea, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import { Aside } from '../../ui/table.tsx'
import { Deadline } from '../../ui/time.tsx'
import styles from './host.module.css'
import { ReasonDialog } from './reason-dialog.tsx'

/** What a team was given beyond the rules, and taking it back. */
export function GrantLine(props: { competition: Competition; team: HostTeam; grant: Grant }) {
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

/** What a host can decide about a team. */
export function TeamActions({ competition, team }: { competition: Competition; team: HostTeam }) {
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
