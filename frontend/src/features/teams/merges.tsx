import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import {
  acceptMerge,
  createMerge,
  lookingTeamsQuery,
  type Merge,
  type MyTeam,
  mergePreviewQuery,
  refuseMerge,
} from '../../api/teams.ts'
import { useTeamsText } from '../../i18n/teams/use-teams-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, Note, ProblemNote } from '../../ui/state.tsx'
import { OutlookBox } from './outlook.tsx'
import styles from './team-page.module.css'
import { useTeamChange } from './use-team-change.ts'

/** Two teams become one: requests that are open, and for the leader the way to ask, with the figures before the click. */
export function Merges(props: {
  slug: string
  team: MyTeam
  /** A name that was chosen elsewhere on the page; a new object for each choice. */
  wish: { name: string } | undefined
}) {
  const { slug, team } = props
  const teams = useTeamsText()
  const isLeader = team.role === 'leader'
  if (!isLeader && team.merges.length === 0) return null
  return (
    <Panel title={teams.merge}>
      {isLeader && <p className={styles.muted}>{teams.mergeText}</p>}
      {team.merges.length > 0 && (
        <div className={styles.group}>
          <h3 className={styles.label}>{teams.requests}</h3>
          {team.merges.map((merge) => (
            <Request key={merge.id} slug={slug} merge={merge} isLeader={isLeader} />
          ))}
        </div>
      )}
      {isLeader && <Ask slug={slug} wish={props.wish} />}
    </Panel>
  )
}

function Request({ slug, merge, isLeader }: { slug: string; merge: Merge; isLeader: boolean }) {
  const teams = useTeamsText()
  const accept = useTeamChange(slug, () => acceptMerge(slug, merge.id))
  const refuse = useTeamChange(slug, () => refuseMerge(slug, merge.id))
  const error = accept.error ?? refuse.error
  return (
    <OutlookBox
      title={merge.is_ours ? teams.mergeOut(merge.other.name) : teams.mergeIn(merge.team.name)}
      outlook={merge.outlook}
      merges
    >
      {error && <ProblemNote error={error} />}
      {!isLeader && <p className={styles.muted}>{teams.leaderDecides}</p>}
      {isLeader && !merge.is_ours && merge.outlook.is_possible && (
        <Confirm
          kind="danger"
          title={teams.mergeAcceptTitle(merge.team.name)}
          text={teams.mergeAcceptText}
          action={teams.mergeAccept}
          onConfirm={() => accept.mutate()}
        >
          {teams.mergeAccept}
        </Confirm>
      )}
      {isLeader && (
        <Button small busy={refuse.isPending} onClick={() => refuse.mutate()}>
          {merge.is_ours ? teams.mergeTakeBack : teams.mergeRefuse}
        </Button>
      )}
    </OutlookBox>
  )
}

function Ask({ slug, wish }: { slug: string; wish: { name: string } | undefined }) {
  const t = useText()
  const teams = useTeamsText()
  const field = useRef<HTMLInputElement>(null)
  const [name, setName] = useState('')
  const [missing, setMissing] = useState(false)
  const preview = useQuery(mergePreviewQuery(slug, name))
  const looking = useQuery(lookingTeamsQuery(slug)).data?.items ?? []
  const ask = useTeamChange(
    slug,
    (team: string) => createMerge(slug, team),
    () => {
      if (field.current) field.current.value = ''
      setName('')
    },
  )

  useEffect(() => {
    if (!wish || !field.current) return
    field.current.value = wish.name
    field.current.focus()
    field.current.scrollIntoView({ block: 'center' })
    setName(wish.name)
  }, [wish])

  const problem = preview.error ? asProblem(preview.error) : undefined
  const told = missing ? t.common.required : problem?.code === 'not_found' ? teams.noSuchTeam : undefined
  const { reset } = ask
  return (
    <form
      className={styles.ask}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const chosen = field.current?.value.trim() ?? ''
        setMissing(!chosen)
        reset()
        if (chosen && chosen === name) void preview.refetch()
        else setName(chosen)
      }}
    >
      <div className={styles.form}>
        <TextField
          ref={field}
          label={teams.mergeName}
          name="team"
          maxLength={64}
          autoComplete="off"
          list="looking-teams"
          hint={teams.mergeNameHint}
          error={told}
        />
        <datalist id="looking-teams">
          {looking.map((team) => (
            <option key={team.name} value={team.name} />
          ))}
        </datalist>
        <div>
          <Button type="submit" busy={preview.isFetching && name !== ''}>
            {teams.mergeLook}
          </Button>
        </div>
      </div>
      {problem && !told && <ProblemNote error={problem} />}
      {preview.isLoading && <Bones rows={3} />}
      {preview.data && name && (
        <OutlookBox title={teams.mergeOutlook(name)} outlook={preview.data} merges>
          {preview.data.is_possible && (
            <Button kind="primary" busy={ask.isPending} onClick={() => ask.mutate(name)}>
              {teams.mergeAsk}
            </Button>
          )}
        </OutlookBox>
      )}
      {ask.error && <ProblemNote error={ask.error} />}
      {ask.isSuccess && (
        <Note tone="good" alert>
          {teams.mergeAsked}
        </Note>
      )}
    </form>
  )
}
