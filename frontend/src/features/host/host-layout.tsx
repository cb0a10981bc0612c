import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, Outlet, useLocation } from '@tanstack/react-router'
import ChevronDown from 'lucide-react/icons/chevron-down'
import { useEffect, useState } from 'react'
import { competitionQuery } from '../../api/queries.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/state.tsx'
import styles from './host-layout.module.css'
import { groups, sections } from './sections.ts'

const route = getRouteApi('/competitions/$slug')

/** The host's desk: its sections on the left, one of them beside it. On a phone the list opens from a button. */
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
      <Sections slug={slug} />
      <div className={styles.content}>
        <Outlet />
      </div>
    </div>
  )
}

function Sections({ slug }: { slug: string }) {
  const host = useHostText()
  const [isOpen, setOpen] = useState(false)
  const { pathname } = useLocation()
  const here = sections.find(([, to]) => to.replace('$slug', slug) === pathname.replace(/\/$/, ''))?.[0]
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the list
  useEffect(() => setOpen(false), [pathname])
  return (
    <nav className={styles.nav} aria-label={host.desk}>
      <div className={styles.opener}>
        <Button
          wide
          aria-expanded={isOpen}
          aria-controls="host-sections"
          icon={<ChevronDown aria-hidden="true" />}
          onClick={() => setOpen(!isOpen)}
        >
          {here ? host.sections[here] : host.desk}
        </Button>
      </div>
      <div id="host-sections" className={isOpen ? `${styles.groups} ${styles.open}` : styles.groups}>
        {groups.map(([group, of]) => (
          <section key={group} aria-labelledby={`host-${group}`}>
            <h2 id={`host-${group}`} className={styles.group}>
              {host.groups[group]}
            </h2>
            {of.map(([name, to]) => (
              <Link
                key={name}
                to={to}
                params={{ slug }}
                className={styles.link}
                activeProps={{ className: `${styles.link} ${styles.current}` }}
                activeOptions={{ exact: true, includeSearch: false }}
              >
                {host.sections[name]}
              </Link>
            ))}
          </section>
        ))}
      </div>
    </nav>
  )
}
