import { useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import { type MyTeam, updateMyTeam } from '../../api/teams.ts'
import { useTeamsText } from '../../i18n/teams/use-teams-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { PersonLink } from '../../ui/person-link.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './team-page.module.css'
import { useTeamChange } from './use-team-change.ts'

/** The team's name and who is in it; its leader changes the name and hands the role over. */
export function Members(props: {
  slug: string
  team: MyTeam
  me: number
  /** Teams still change. */
  isOpen: boolean
  /** The competition still runs, so that names still change. */
  mayRename: boolean
}) {
  const { slug, team, me, isOpen } = props
  const t = useText()
  const teams = useTeamsText()
  const [renaming, setRenaming] = useState(false)
  const handOver = useTeamChange(slug, (leader: number) => updateMyTeam(slug, { leader }))
  const isLeader = team.role === 'leader'
  const leader = team.members.find(({ role }) => role === 'leader')
  return (
    <Panel
      title={team.name}
      aside={
        isLeader && props.mayRename && !renaming ? (
          <Button small onClick={() => setRenaming(true)}>
            {teams.rename}
          </Button>
        ) : undefined
      }
    >
      {renaming && <Rename slug={slug} name={team.name} onDone={() => setRenaming(false)} />}
      <ul className={styles.list} aria-label={teams.members}>
        {team.members.map((member) => (
          <li key={member.id} className={styles.row}>
            <Avatar name={member.name} />
            <div className={styles.what}>
              <strong>
                <PersonLink name={member.name} />
              </strong>{' '}
              {member.id === me && <Badge tone="accent">{t.common.you}</Badge>}{' '}
              {member.role === 'leader' && team.members.length > 1 && <Badge>{teams.leader}</Badge>}
              <p className={styles.muted}>
                <RelativeTime at={member.joined_at}>{teams.since}</RelativeTime>
              </p>
            </div>
            {isLeader && isOpen && member.id !== me && (
              <Confirm
                label={teams.makeLeaderOf(member.name)}
                title={teams.makeLeaderTitle(member.name)}
                text={teams.makeLeaderText}
                action={teams.makeLeader}
                onConfirm={() => handOver.mutate(member.id)}
              >
                {teams.makeLeader}
              </Confirm>
            )}
          </li>
        ))}
      </ul>
      {handOver.error && <ProblemNote error={handOver.error} />}
      {team.team_size === 1 ? (
        <p className={styles.muted}>{teams.aloneOnly}</p>
      ) : team.members.length === 1 ? (
        <p className={styles.muted}>{teams.alone}</p>
      ) : (
        !isLeader && leader && <p className={styles.muted}>{teams.onlyLeader(leader.name)}</p>
      )}
    </Panel>
  )
}

function Rename({ slug, name, onDone }: { slug: string; name: string; onDone(): void }) {
  const t = useText()
  const teams = useTeamsText()
  const rename = useTeamChange(slug, (name: string) => updateMyTeam(slug, { name }), onDone)
  const problem = rename.error ? asProblem(rename.error) : undefined
  const told =
    problem?.code === 'team_name_taken' ? t.problems.team_name_taken[1] : t.fieldText(problem?.field('name'))
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const chosen = String(new FormData(event.currentTarget).get('name')).trim()
        if (chosen === name) onDone()
        else if (!rename.isPending) rename.mutate(chosen)
      }}
    >
      <TextField
        label={teams.name}
        name="name"
        defaultValue={name}
        maxLength={64}
        autoComplete="off"
        autoFocus
        hint={teams.nameHint}
        error={told}
      />
      {problem && !told && <ProblemNote error={problem} />}
      <div className={styles.actions}>
        <Button type="submit" busy={rename.isPending}>
          {t.common.save}
        </Button>
        <Button kind="plain" onClick={onDone}>
          {t.common.cancel}
        </Button>
      </div>
    </form>
  )
}
