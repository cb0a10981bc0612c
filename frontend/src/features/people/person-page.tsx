import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type Profile, personQuery } from '../../api/people.ts'
import { asProblem } from '../../api/problem.ts'
import type { Bilingual } from '../../api/types.ts'
import { usePeopleText } from '../../i18n/people/use-people-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { formatDay, formatNumber } from '../../lib/format.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { Day, RelativeTime } from '../../ui/time.tsx'
import styles from './person-page.module.css'

const route = getRouteApi('/people/$name')

/** What everybody may see of a person: where they took part and what they wrote. */
export function PersonPage() {
  const { t, language } = useWords()
  const people = usePeopleText()
  const params = route.useParams()
  const profile = useQuery(personQuery(params.name))
  usePageTitle(profile.data?.name)
  if (profile.isPending) return <Bones rows={6} />
  if (!profile.data) {
    const { code } = asProblem(profile.error)
    return code === 'not_found' ? (
      <EmptyState title={people.gone} action={<ButtonLink to="/">{t.common.backHome}</ButtonLink>}>
        {people.goneText}
      </EmptyState>
    ) : (
      <ErrorState error={profile.error} onRetry={() => void profile.refetch()} />
    )
  }
  const { name, created_at, competitions, posts } = profile.data
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <Avatar name={name} />
        <div>
          <h1 className={styles.title}>{name}</h1>
          <p className={styles.muted}>{people.since(formatDay(new Date(created_at), language))}</p>
        </div>
      </header>
      <Competitions items={competitions} />
      <Posts items={posts} titles={new Map(competitions.map(({ slug, title }) => [slug, title]))} />
    </div>
  )
}

function Competitions({ items }: { items: Profile['competitions'] }) {
  const { language } = useWords()
  const people = usePeopleText()
  const number = (value: number) => formatNumber(value, language)
  return (
    <Panel title={people.competitions}>
      {items.length === 0 ? (
        <p className={styles.muted}>{people.noCompetitions}</p>
      ) : (
        <div className={styles.frame}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{people.competition}</th>
                <th scope="col" className={styles.wide}>
                  {people.team}
                </th>
                <th scope="col">{people.rank}</th>
                <th scope="col" className={styles.wide}>
                  {people.joined}
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <tr key={item.slug}>
                  <th scope="row">
                    <TextLink to="/competitions/$slug" params={{ slug: item.slug }}>
                      {pick(item.title, language)}
                    </TextLink>
                    {item.team && <p className={`${styles.muted} ${styles.narrow}`}>{item.team}</p>}
                    {item.write_up && (
                      <p className={styles.muted}>
                        {people.writeUp}:{' '}
                        <TextLink
                          to="/competitions/$slug/discussion/$thread"
                          params={{ slug: item.slug, thread: String(item.write_up.thread_id) }}
                        >
                          {item.write_up.title}
                        </TextLink>
                      </p>
                    )}
                  </th>
                  <td className={styles.wide}>{item.team ?? <span className={styles.muted}>–</span>}</td>
                  <td className={styles.number}>
                    {item.rank != null && item.teams != null ? (
                      people.rankValue(number(item.rank), number(item.teams))
                    ) : (
                      <span className={styles.muted}>
                        {item.team_id == null ? people.notYet : people.notRanked}
                      </span>
                    )}
                  </td>
                  <td className={styles.wide}>
                    <Day at={item.joined_at} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  )
}

function Posts({ items, titles }: { items: Profile['posts']; titles: Map<string, Bilingual> }) {
  const { language } = useWords()
  const people = usePeopleText()
  return (
    <Panel
      title={people.posts}
      aside={
        items.length >= listed ? <span className={styles.muted}>{people.latest(listed)}</span> : undefined
      }
    >
      {items.length === 0 ? (
        <p className={styles.muted}>{people.noPosts}</p>
      ) : (
        <ul className={styles.list}>
          {items.map((item) => (
            <li key={item.post_id}>
              <Link
                to="/competitions/$slug/discussion/$thread"
                params={{ slug: item.slug, thread: String(item.thread_id) }}
                hash={`post-${item.post_id}`}
                className={styles.post}
              >
                <strong>{item.thread_title}</strong>
                <span className={styles.muted}>
                  {pick(titles.get(item.slug) ?? { en: item.slug }, language)}
                  {' · '}
                  {people.votes(item.votes)}
                  {' · '}
                  <RelativeTime at={item.created_at} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

/** Posts that the server lists at most. */
const listed = 20
