import { useRef, useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import { createTeamInvite, type MyTeam, revokeTeamInvite, type TeamInvite } from '../../api/teams.ts'
import { useTeamsText } from '../../i18n/teams/use-teams-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { inviteUrl } from '../../lib/base-path.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { PersonLink } from '../../ui/person-link.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Note, ProblemNote } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './team-page.module.css'
import { useTeamChange } from './use-team-change.ts'

/** For the leader: invitations by name and by link, and those that are open. */
export function InvitePeople({ slug, team }: { slug: string; team: MyTeam }) {
  const teams = useTeamsText()
  const room = team.team_size - team.members.length
  return (
    <Panel title={teams.invite}>
      <p className={styles.muted}>{room > 0 ? teams.inviteText(room) : teams.inviteFull(team.team_size)}</p>
      {room > 0 && (
        <div className={styles.ways}>
          <ByName slug={slug} />
          <ByLink slug={slug} room={room} />
        </div>
      )}
      {team.invites.length > 0 && <OpenInvites slug={slug} invites={team.invites} />}
    </Panel>
  )
}

function ByName({ slug }: { slug: string }) {
  const t = useText()
  const teams = useTeamsText()
  const form = useRef<HTMLFormElement>(null)
  const [missing, setMissing] = useState(false)
  const invite = useTeamChange(
    slug,
    (name: string) => createTeamInvite(slug, { name }),
    () => form.current?.reset(),
  )
  const problem = invite.error ? asProblem(invite.error) : undefined
  const told = missing ? t.common.required : t.fieldText(problem?.field('name'))
  return (
    <form
      ref={form}
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const name = String(new FormData(event.currentTarget).get('person')).trim()
        setMissing(!name)
        if (name && !invite.isPending) invite.mutate(name)
      }}
    >
      <TextField
        label={teams.inviteName}
        name="person"
        maxLength={64}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        hint={teams.inviteNameHint}
        error={told}
      />
      {problem && !told && <ProblemNote error={problem} />}
      {invite.isSuccess && (
        <Note tone="good" alert>
          {teams.invited(invite.variables)}
        </Note>
      )}
      <div>
        <Button type="submit" busy={invite.isPending}>
          {teams.inviteSend}
        </Button>
      </div>
    </form>
  )
}

function ByLink({ slug, room }: { slug: string; room: number }) {
  const teams = useTeamsText()
  const make = useTeamChange(slug, (link: { uses: number; expires_in_days: number }) =>
    createTeamInvite(slug, link),
  )
  const token = make.data?.token
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        make.mutate({ uses: Number(form.get('uses')), expires_in_days: Number(form.get('days')) })
      }}
    >
      <div className={styles.group}>
        <p className={styles.label}>{teams.inviteLink}</p>
        <p className={styles.hint}>{teams.inviteLinkText}</p>
      </div>
      <div className={styles.pair}>
        <Select
          label={teams.uses}
          name="uses"
          defaultValue="1"
          options={Array.from(
            { length: room },
            (_, index) => [String(index + 1), teams.usesValue(index + 1)] as const,
          )}
        />
        <Select
          label={teams.days}
          name="days"
          defaultValue="7"
          options={[1, 7, 14, 30].map((days) => [String(days), teams.daysValue(days)] as const)}
        />
      </div>
      {make.error && <ProblemNote error={make.error} />}
      {token && (
        <ShownOnce
          title={teams.linkMade}
          text={teams.linkOnce}
          label={teams.linkMade}
          secret={inviteUrl(token)}
        />
      )}
      <div>
        <Button type="submit" busy={make.isPending}>
          {teams.makeLink}
        </Button>
      </div>
    </form>
  )
}

function OpenInvites({ slug, invites }: { slug: string; invites: TeamInvite[] }) {
  const teams = useTeamsText()
  const revoke = useTeamChange(slug, (id: number) => revokeTeamInvite(slug, id))
  return (
    <div className={styles.group}>
      <h3 className={styles.label}>{teams.openInvites}</h3>
      <ul className={styles.list}>
        {invites.map((invite) => (
          <li key={invite.id} className={styles.row}>
            <div className={styles.what}>
              <strong>{invite.person ? <PersonLink name={invite.person.name} /> : teams.aLink}</strong>
              <p className={styles.muted}>
                {!invite.person && (
                  <>
                    {teams.usesLeft(invite.uses_left)}
                    {' · '}
                  </>
                )}
                <RelativeTime at={invite.expires_at}>{teams.expires}</RelativeTime>
              </p>
            </div>
            <Button
              small
              aria-label={teams.revokeOf(invite.person?.name ?? teams.aLink)}
              busy={revoke.isPending && revoke.variables === invite.id}
              onClick={() => revoke.mutate(invite.id)}
            >
              {teams.revoke}
            </Button>
          </li>
        ))}
      </ul>
      {revoke.error && <ProblemNote error={revoke.error} />}
    </div>
  )
}
