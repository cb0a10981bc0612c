import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { mayCreate } from '../../api/may-create.ts'
import { competitionsQuery, meQuery, siteQuery } from '../../api/queries.ts'
import type { CompetitionCard } from '../../api/types.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { More } from '../../ui/more.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { Countdown, RelativeTime } from '../../ui/time.tsx'
import styles from './home-page.module.css'
import { StateBadge } from './state-badge.tsx'

const route = getRouteApi('/')

export function HomePage() {
  const t = useText()
  usePageTitle()
  const { q, state } = route.useSearch()
  const user = useQuery(meQuery).data?.user
  const mine = useInfiniteQuery({ ...competitionsQuery({ mine: true }), enabled: !!user }).data
  const joined = user ? (mine?.pages.flatMap((page) => page.items) ?? []) : []
  const showsMine = joined.length > 0 && !q && !state
  return (
    <div className={styles.page}>
      {user === null && (
        <section className={styles.welcome}>
          <p className={styles.slogan}>{t.home.welcome}</p>
          <p className={styles.muted}>{t.home.welcomeText}</p>
        </section>
      )}
      <Head />
      {showsMine && (
        <section className={styles.section}>
          <h2 className={styles.title}>{t.home.mine}</h2>
          <CompetitionList items={joined} isMine />
        </section>
      )}
      <Everything withoutMine={showsMine} />
    </div>
  )
}

/** Title, search and filter; both live in the address, so that a list can be shared and the back button brings it again. */
function Head() {
  const t = useText()
  const { q, state } = route.useSearch()
  const navigate = route.useNavigate()
  const user = useQuery(meQuery).data?.user
  const site = useQuery(siteQuery).data
  const [typed, setTyped] = useState(q ?? '')
  const [known, setKnown] = useState(q)
  const settled = useSettled(typed.trim(), 250)

  // The address changed by itself: "Clear", or the back button.
  if (known !== q) {
    setKnown(q)
    if ((q ?? '') !== settled) setTyped(q ?? '')
  }
  useEffect(() => {
    void navigate({ search: (old) => ({ ...old, q: settled || undefined }), replace: true })
  }, [settled, navigate])

  return (
    <div className={styles.head}>
      <div className={styles.first}>
        <h1 className={styles.heading}>{t.common.competitions}</h1>
        {mayCreate(user, site) && <ButtonLink to="/host/new">{t.home.create}</ButtonLink>}
      </div>
      <search className={styles.search}>
        <SearchField label={t.home.search} value={typed} onChange={setTyped} />
        <Segments
          label={t.home.filter}
          value={state ?? 'all'}
          options={(['all', 'running', 'scheduled', 'closed'] as const).map(
            (key) => [key, t.home.filters[key]] as const,
          )}
          onChange={(key) =>
            void navigate({ search: (old) => ({ ...old, state: key === 'all' ? undefined : key }) })
          }
        />
      </search>
    </div>
  )
}

/** All that match; without those that already stand above. */
function Everything({ withoutMine }: { withoutMine: boolean }) {
  const t = useText()
  const { q, state } = route.useSearch()
  const navigate = route.useNavigate()
  const user = useQuery(meQuery).data?.user
  const site = useQuery(siteQuery).data
  const list = useInfiniteQuery(competitionsQuery({ ...(q ? { q } : {}), ...(state ? { state } : {}) }))
  const found = list.data?.pages.flatMap((page) => page.items)
  const items = withoutMine ? found?.filter((card) => !card.joined) : found

  if (list.isPending) return <Bones rows={4} tall />
  if (!items) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  if (items.length > 0) {
    return (
      <section className={styles.section}>
        {withoutMine && <h2 className={styles.title}>{t.home.others}</h2>}
        <CompetitionList items={items} />
        <More list={list} centred />
      </section>
    )
  }
  if (withoutMine) return null
  if (q || state) {
    return (
      <EmptyState
        title={t.home.noMatch}
        action={<Button onClick={() => void navigate({ search: {} })}>{t.home.clear}</Button>}
      >
        {q ? t.home.noMatchText(q) : t.home.noMatchFilter}
      </EmptyState>
    )
  }
  return (
    <EmptyState title={t.home.empty}>
      {mayCreate(user, site) ? t.home.emptyHostText : t.home.emptyText}
    </EmptyState>
  )
}

function CompetitionList({ items, isMine = false }: { items: CompetitionCard[]; isMine?: boolean }) {
  return (
    <ul className={styles.list}>
      {items.map((card) => (
        <li key={card.slug}>
          <Card card={card} isMine={isMine} />
        </li>
      ))}
    </ul>
  )
}

function Card({ card, isMine }: { card: CompetitionCard; isMine: boolean }) {
  const { t, language } = useWords()
  return (
    <Link to="/competitions/$slug" params={{ slug: card.slug }} className={styles.card} data-item>
      <span className={styles.text}>
        <span className={styles.name}>
          {pick(card.title, language)} <StateBadge state={card.state} />{' '}
          {card.joined && !isMine && <Badge tone="accent">{t.home.joined}</Badge>}
        </span>
        <span className={styles.muted}>{pick(card.summary, language)}</span>
      </span>
      <span className={styles.facts}>
        <span>
          {card.my_rank ? <strong>{t.home.rank(card.my_rank)} · </strong> : null}
          {t.home.teams(card.teams)}
          <code className={styles.metric}>{card.metric}</code>
        </span>
        <span>
          {card.state === 'scheduled' || card.state === 'draft' ? (
            <Countdown to={card.starts_at}>{t.competition.opensIn}</Countdown>
          ) : card.state === 'running' ? (
            <Countdown to={card.ends_at}>{t.competition.closesIn}</Countdown>
          ) : (
            <RelativeTime at={card.ends_at}>{t.competition.ended}</RelativeTime>
          )}
        </span>
      </span>
    </Link>
  )
}
