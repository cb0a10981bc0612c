import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { competitionQuery, meQuery } from '../../api/queries.ts'
import { leaveTeam, type MyTeam, myTeamQuery } from '../../api/teams.ts'
import type { Competition, User } from '../../api/types.ts'
import { useTeamsText } from '../../i18n/teams/use-teams-text.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { formatDay } from '../../lib/format.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import rail from '../../ui/rail.module.css'
import { Bones, EmptyState, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import { Deadline } from '../../ui/time.tsx'
import { InvitePeople } from './invite-people.tsx'
import { Looking } from './looking.tsx'
import { Members } from './members.tsx'
import { Merges } from './merges.tsx'
import { Offers } from './offers.tsx'
import styles from './team-page.module.css'
import { useTeamChange } from './use-team-change.ts'

const route = getRouteApi('/competitions/$slug')

/** One's own team: who is in it, how others come in, and how it ends. */
export function TeamPage() {
  const { t, language } = useWords()
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  const user = useQuery(meQuery).data?.user
  usePageTitle(t.competition.tabs.team, competition && pick(competition.title, language))
  if (!competition || user === undefined) return null
  if (user && competition.membership) return <Team competition={competition} me={user} />
  return <NoTeam competition={competition} user={user} />
}

function NoTeam({ competition, user }: { competition: Competition; user: User | null }) {
  const t = useText()
  const teams = useTeamsText()
  const { slug, next_action, is_host, access } = competition
  const params = { slug }
  if (!user) {
    return (
      <EmptyState
        title={teams.signIn}
        action={
          <ButtonLink to="/sign-in" search={{ next: `/competitions/${slug}/team` }}>
            {t.shell.signIn}
          </ButtonLink>
        }
      />
    )
  }
  if (is_host) {
    return (
      <EmptyState
        title={teams.hostTitle}
        action={
          <ButtonLink to="/competitions/$slug/host" params={params}>
            {teams.desk}
          </ButtonLink>
        }
      >
        {teams.hostText}
      </EmptyState>
    )
  }
  const [title, text] =
    access.participant === 'asked'
      ? [teams.asked, teams.askedText]
      : next_action === 'join'
        ? [teams.joinFirst, teams.joinFirstText]
        : [teams.over, teams.overText]
  return (
    <div className={styles.main}>
      <Offers slug={slug} />
      <EmptyState
        title={title}
        action={
          next_action === 'join' ? (
            <ButtonLink to="/competitions/$slug/rules" params={params}>
              {teams.join}
            </ButtonLink>
          ) : (
            <ButtonLink to="/competitions/$slug/leaderboard" params={params}>
              {t.submit.seeBoard}
            </ButtonLink>
          )
        }
      >
        {text}
      </EmptyState>
    </div>
  )
}

function Team({ competition, me }: { competition: Competition; me: User }) {
  const teams = useTeamsText()
  const { slug, state } = competition
  const query = useQuery(myTeamQuery(slug))
  const [wish, setWish] = useState<{ name: string }>()
  if (query.isPending) return <Bones rows={6} />
  const team = query.data
  if (!team) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const isOpen = !team.leaving.obstacles.some(
    ({ code }) => code === 'teams_fixed' || code === 'competition_not_running',
  )
  // Reference entries of hosts and disqualified teams neither take people in nor merge.
  const grows = isOpen && team.team_size > 1 && !team.is_benchmark && !team.disqualified_at
  return (
    <div className={styles.page}>
      <div className={styles.main}>
        {team.disqualified_at && (
          <Note tone="bad" title={teams.disqualified}>
            <p>
              {teams.disqualifiedText} {team.disqualified_for}
            </p>
          </Note>
        )}
        {team.is_benchmark && <Note tone="neutral">{teams.benchmark}</Note>}
        {isOpen && <Offers slug={slug} />}
        <Members
          slug={slug}
          team={team}
          me={me.id}
          isOpen={isOpen}
          mayRename={state === 'scheduled' || state === 'running'}
        />
        {grows && team.role === 'leader' && <InvitePeople slug={slug} team={team} />}
        {grows && <Merges slug={slug} team={team} wish={wish} />}
        {grows && <Looking slug={slug} team={team} onMerge={(name) => setWish({ name })} />}
      </div>
      <aside className={rail.rail}>
        <Facts competition={competition} team={team} isOpen={isOpen} />
        <Grants competition={competition} team={team} />
        <Leave slug={slug} team={team} isOpen={isOpen} />
      </aside>
    </div>
  )
}

function Facts({ competition, team, isOpen }: { competition: Competition; team: MyTeam; isOpen: boolean }) {
  const { language } = useWords()
  const teams = useTeamsText()
  const bracket = competition.brackets.find(({ name }) => name === team.bracket)
  return (
    <section className={rail.box}>
      <h2 className={rail.boxTitle}>{teams.facts}</h2>
      <dl className={styles.facts}>
        <Fact name={teams.size}>{teams.sizeValue(team.members.length, team.team_size)}</Fact>
        {competition.state === 'running' && (
          <Fact name={teams.leftToday}>{teams.leftTodayValue(team.quota.left, team.quota.per_day)}</Fact>
        )}
        <Fact name={isOpen ? teams.until : teams.fixedSince}>
          <Deadline at={team.until} zone={competition.zone} />
        </Fact>
        {bracket && <Fact name={teams.bracket}>{pick(bracket.title, language)}</Fact>}
      </dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className={styles.muted}>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** What the hosts gave this team beyond the rules, with their reasons. */
function Grants({ competition, team }: { competition: Competition; team: MyTeam }) {
  const { language } = useWords()
  const teams = useTeamsText()
  const grants = team.grants.filter(({ revoked_at }) => !revoked_at)
  if (grants.length === 0) return null
  return (
    <section className={rail.box}>
      <h2 className={rail.boxTitle}>{teams.grants}</h2>
      <ul className={styles.grants}>
        {grants.map((grant) => (
          <li key={grant.id}>
            {grant.entries != null && grant.day ? (
              teams.grantEntries(
                grant.entries,
                formatDay(new Date(`${grant.day}T00:00:00Z`), language, 'UTC'),
              )
            ) : (
              <>
                {teams.grantUntil}: {grant.until && <Deadline at={grant.until} zone={competition.zone} />}
              </>
            )}
            <p className={styles.muted}>{grant.reason}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Leave({ slug, team, isOpen }: { slug: string; team: MyTeam; isOpen: boolean }) {
  const t = useText()
  const teams = useTeamsText()
  const leave = useTeamChange(slug, () => leaveTeam(slug))
  const isAlone = team.members.length === 1
  const action = isAlone ? teams.leaveAlone : teams.leave
  if (!team.leaving.is_possible) {
    const first = team.leaving.obstacles[0]
    return isOpen && first ? (
      <section className={rail.box}>
        <h2 className={rail.boxTitle}>{action}</h2>
        <p className={styles.muted}>
          {teams.cannotLeave} {t.problems[first.code][1]}
        </p>
      </section>
    ) : null
  }
  const follows = [
    isAlone ? teams.leaveAloneText : teams.leaveText,
    !isAlone && team.role === 'leader' && teams.leaveLeaderText,
  ]
  return (
    <section className={rail.box}>
      <h2 className={rail.boxTitle}>{action}</h2>
      <p className={styles.muted}>{follows.filter(Boolean).join(' ')}</p>
      {leave.error && <ProblemNote error={leave.error} />}
      <div className={styles.leave}>
        <Confirm
          kind="danger"
          title={teams.leaveTitle(team.name)}
          text={follows.filter(Boolean).join(' ')}
          action={action}
          onConfirm={() => leave.mutate()}
        >
          {action}
        </Confirm>
      </div>
    </section>
  )
}
