import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import { lookingTeamsQuery, type MyTeam, updateMyTeam } from '../../api/teams.ts'
import { useTeamsText } from '../../i18n/teams/use-teams-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox, TextArea } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import styles from './team-page.module.css'
import { useTeamChange } from './use-team-change.ts'

/** As the server has it. */
const longestNote = 280

/** The teams that look for people, and the switch that puts one's own on the list. */
export function Looking(props: { slug: string; team: MyTeam; onMerge(name: string): void }) {
  const { slug, team } = props
  const teams = useTeamsText()
  const looking = useQuery(lookingTeamsQuery(slug))
  const isLeader = team.role === 'leader'
  const others = looking.data?.items.filter(({ name }) => name !== team.name)
  return (
    <Panel title={teams.looking}>
      {isLeader && team.members.length < team.team_size && <OwnEntry slug={slug} team={team} />}
      <div className={styles.group}>
        <p className={styles.muted}>
          {teams.lookingText}{' '}
          <TextLink to="/competitions/$slug/discussion" params={{ slug }} search={{ kind: 'team_wanted' }}>
            {teams.lookingThreads}
          </TextLink>
        </p>
        {looking.isPending && <Bones rows={2} tall />}
        {looking.isError && <ErrorState error={looking.error} onRetry={() => void looking.refetch()} />}
        {others?.length === 0 && <p>{teams.lookingEmpty}</p>}
        {others && others.length > 0 && (
          <ul className={styles.list}>
            {others.map((other) => (
              <li key={other.name} className={styles.row}>
                <div className={styles.what}>
                  <strong>{other.name}</strong>{' '}
                  <span className={styles.muted}>
                    {teams.sizeValue(other.members.length, other.team_size)}
                    {' · '}
                    {other.members.join(', ')}
                  </span>
                  {other.note && <p>{other.note}</p>}
                </div>
                {isLeader && (
                  <Button
                    small
                    aria-label={teams.lookingMergeWith(other.name)}
                    onClick={() => props.onMerge(other.name)}
                  >
                    {teams.lookingMerge}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Panel>
  )
}

function OwnEntry({ slug, team }: { slug: string; team: MyTeam }) {
  const t = useText()
  const teams = useTeamsText()
  const [note, setNote] = useState(team.looking_note)
  const change = useTeamChange(slug, (to: { is_looking: boolean; looking_note: string }) =>
    updateMyTeam(slug, to),
  )
  const told = change.error ? t.fieldText(asProblem(change.error).field('looking_note')) : undefined
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        change.mutate({ is_looking: form.has('looking'), looking_note: note.trim() })
      }}
    >
      <Checkbox label={teams.lookingSwitch} name="looking" defaultChecked={team.is_looking} />
      <TextArea
        label={teams.lookingNote}
        optional
        rows={2}
        value={note}
        maxLength={longestNote}
        onChange={(event) => setNote(event.target.value)}
        hint={teams.lookingNoteHint(longestNote - [...note].length)}
        error={told}
      />
      {change.error && !told && <ProblemNote error={change.error} />}
      <div className={styles.actions}>
        <Button type="submit" busy={change.isPending}>
          {t.common.save}
        </Button>
        <span role="status" className={styles.muted}>
          {change.isSuccess && t.common.saved}
        </span>
      </div>
    </form>
  )
}
