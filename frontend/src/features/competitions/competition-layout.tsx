import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet, useMatchRoute } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useLiveCompetition } from '../../api/live.ts'
import { asProblem } from '../../api/problem.ts'
import { competitionQuery } from '../../api/queries.ts'
import type { Competition } from '../../api/types.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { Countdown, Deadline, RelativeTime } from '../../ui/time.tsx'
import styles from './competition-layout.module.css'
import { StateBadge } from './state-badge.tsx'

const route = getRouteApi('/competitions/$slug')

/** What stands above every tab of a competition, and the stream that keeps the tabs up to date. */
export function CompetitionLayout() {
  const t = useText()
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug))
  useLiveCompetition(slug, competition.data?.membership?.team.id)

  if (competition.isPending) return <Bones rows={6} />
  if (!competition.data) {
    return asProblem(competition.error).code === 'not_found' ? (
      <EmptyState
        title={t.shell.notFound}
        action={
          <ButtonLink to="/" kind="primary">
            {t.common.backHome}
          </ButtonLink>
        }
      >
        {t.shell.notFoundText}
      </EmptyState>
    ) : (
      <ErrorState error={competition.error} onRetry={() => void competition.refetch()} />
    )
  }
  return (
    <>
      <Header competition={competition.data} />
      <Tabs slug={slug} isHost={competition.data.is_host} />
      <div className={styles.content}>
        <Outlet />
      </div>
    </>
  )
}

function Header({ competition }: { competition: Competition }) {
  const { t, language } = useWords()
  const number = (value: number) => formatNumber(value, language)
  const isOverview = useMatchRoute()({ to: '/competitions/$slug', params: { slug: competition.slug } })
  return (
    <header className={isOverview ? styles.header : `${styles.header} ${styles.compact}`}>
      <div className={styles.text}>
        <h1 className={styles.title}>{pick(competition.title, language)}</h1>
        <p className={styles.summary}>{pick(competition.summary, language)}</p>
        <p className={styles.facts}>
          <StateBadge state={competition.state} />
          <When competition={competition} />
          <span>{t.home.teams(competition.teams)}</span>
          <span>{t.home.entries(competition.entries)}</span>
          {competition.my_rank && (
            <strong className={styles.mine}>
              {t.competition.yourRank(number(competition.my_rank), number(competition.teams))}
            </strong>
          )}
        </p>
      </div>
      <NextAction competition={competition} />
    </header>
  )
}

function When({ competition: { state, starts_at, ends_at, zone } }: { competition: Competition }) {
  const t = useText()
  switch (state) {
    case 'draft':
    case 'scheduled':
      return (
        <span>
          <Countdown to={starts_at}>{t.competition.opensIn}</Countdown>
          <span className={styles.exact}>
            {' · '}
            <Deadline at={starts_at} zone={zone} />
          </span>
        </span>
      )
    case 'running':
      return (
        <span>
          <Countdown to={ends_at}>{t.competition.closesIn}</Countdown>
          <span className={styles.exact}>
            {' · '}
            <Deadline at={ends_at} zone={zone} />
          </span>
        </span>
      )
    case 'closed':
    case 'revealed':
    case 'archived':
      return <RelativeTime at={ends_at}>{t.competition.ended}</RelativeTime>
  }
}

/** The one thing to do next; nothing on the tab where it is done. */
function NextAction({ competition: { slug, next_action, access } }: { competition: Competition }) {
  const t = useText()
  const matches = useMatchRoute()
  const params = { slug }
  // On the desk the host is not a participant.
  if (matches({ to: '/competitions/$slug/host', params, fuzzy: true })) return null
  switch (next_action) {
    case 'sign_in':
      return (
        <ButtonLink to="/sign-in" search={{ next: `/competitions/${slug}/rules` }} kind="primary">
          {t.competition.actions.sign_in}
        </ButtonLink>
      )
    case 'join':
      // Hosts have the request, or have decided.
      if (['asked', 'declined', 'removed'].includes(access.participant ?? '')) return null
      return matches({ to: '/competitions/$slug/rules', params }) ? null : (
        <ButtonLink to="/competitions/$slug/rules" params={params} kind="primary">
          {t.competition.actions.join}
        </ButtonLink>
      )
    case 'submit':
    case 'late_submit':
      return matches({ to: '/competitions/$slug/submit', params }) ? null : (
        <ButtonLink to="/competitions/$slug/submit" params={params} kind="primary">
          {t.competition.actions[next_action]}
        </ButtonLink>
      )
    case 'wait':
    case 'none':
      return null
  }
}

const tabs = [
  ['overview', '/competitions/$slug'],
  ['data', '/competitions/$slug/data'],
  ['discussion', '/competitions/$slug/discussion'],
  ['submit', '/competitions/$slug/submit'],
  ['leaderboard', '/competitions/$slug/leaderboard'],
  ['team', '/competitions/$slug/team'],
  ['rules', '/competitions/$slug/rules'],
  ['host', '/competitions/$slug/host'],
] as const

function Tabs({ slug, isHost }: { slug: string; isHost: boolean }) {
  const t = useText()
  const strip = useRef<HTMLElement>(null)
  const matches = useMatchRoute()
  const current = tabs.find(([, to]) =>
    matches({ to, params: { slug }, fuzzy: to !== '/competitions/$slug' }),
  )?.[0]

  // On a phone the strip scrolls sideways: the current tab has to be in sight.
  useEffect(() => {
    const tab = current && strip.current?.querySelector<HTMLElement>('[aria-current="page"]')
    if (tab && strip.current)
      strip.current.scrollLeft = tab.offsetLeft - strip.current.clientWidth / 2 + tab.clientWidth / 2
  }, [current])

  return (
    <nav ref={strip} className={styles.tabs} aria-label={t.competition.tabList}>
      {tabs.map(([name, to]) =>
        name === 'host' && !isHost ? null : (
          <Link
            key={name}
            to={to}
            params={{ slug }}
            className={styles.tab}
            activeProps={{ className: `${styles.tab} ${styles.current}` }}
            activeOptions={{ exact: name === 'overview', includeSearch: false }}
          >
            {t.competition.tabs[name]}
          </Link>
        ),
      )}
    </nav>
  )
}
