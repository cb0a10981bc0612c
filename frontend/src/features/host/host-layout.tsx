import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet } from '@tanstack/react-router'
import { competitionQuery } from '../../api/queries.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { EmptyState } from '../../ui/state.tsx'
import styles from './host-layout.module.css'
import { sections } from './sections.ts'

const route = getRouteApi('/competitions/$slug')

/** The host's desk: its sections on the left, one of them beside it. */
export function HostLayout() {
  const { language } = useWords()
  const host = useHostText()
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  usePageTitle(host.desk, competition && pick(competition.title, language))
  if (!competition) return null
  if (!competition.is_host) return <EmptyState title={host.notYours}>{host.notYoursText}</EmptyState>
  return (
    <div className={styles.layout}>
      <nav className={styles.nav} aria-label={host.desk}>
        {sections.map(([name, to]) => (
          <Link
            key={name}
            to={to}
            params={{ slug }}
            className={styles.link}
            activeProps={{ className: `${styles.link} ${styles.current}` }}
            activeOptions={{ exact: true }}
          >
            {host.sections[name]}
          </Link>
        ))}
      </nav>
      <div className={styles.content}>
        <Outlet />
      </div>
    </div>
  )
}
