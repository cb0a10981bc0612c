import { onlineManager, useQuery } from '@tanstack/react-query'
import { Link, Outlet, useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react'
import { meQuery, siteQuery } from '../api/queries.ts'
import { pick, useWords } from '../i18n/text-provider.tsx'
import { ButtonLink } from '../ui/button.tsx'
import { NoticesBell } from './bell.tsx'
import { Logo } from './logo.tsx'
import styles from './shell.module.css'
import { Shortcuts } from './shortcuts.tsx'

// The menu's parts are a third of all code: they come after the page.
const AccountMenu = lazy(() =>
  import('./account-menu.tsx').then((module) => ({ default: module.AccountMenu })),
)

/** What stands around every page. */
export function Shell() {
  const { t, language } = useWords()
  const site = useQuery(siteQuery).data
  const me = useQuery(meQuery)
  const online = useSyncExternalStore(
    (listener) => onlineManager.subscribe(listener),
    () => onlineManager.isOnline(),
  )
  const [help, setHelp] = useState(false)
  useFocusAfterNavigation()

  return (
    <>
      <a className={styles.skip} href="#content">
        {t.common.skipToContent}
      </a>
      {site?.insecure_http && <p className={`${styles.strip} ${styles.insecure}`}>{t.shell.insecure}</p>}
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link to="/" className={styles.logo} aria-label={site?.name ? `Podium, ${site.name}` : 'Podium'}>
            <Logo />
            <span className={styles.name}>{site?.name || 'Podium'}</span>
          </Link>
          <nav className={styles.nav}>
            <Link
              to="/"
              className={styles.link}
              activeProps={{ className: `${styles.link} ${styles.current}` }}
              activeOptions={{ exact: true, includeSearch: false }}
            >
              {t.common.competitions}
            </Link>
          </nav>
          <div className={styles.end}>
            {me.data && !me.data.user && (
              <>
                <ButtonLink to="/sign-in" kind="plain">
                  {t.shell.signIn}
                </ButtonLink>
                {site?.sign_up_open && (
                  <span className={styles.wideOnly}>
                    <ButtonLink to="/sign-up">{t.shell.signUp}</ButtonLink>
                  </span>
                )}
              </>
            )}
            {me.data?.user && <NoticesBell />}
            <Suspense fallback={<span className={styles.menuPlace} />}>
              <AccountMenu user={me.data?.user ?? null} onShortcuts={() => setHelp(true)} />
            </Suspense>
          </div>
        </div>
      </header>
      {!online && (
        <p className={styles.strip} role="status">
          {t.shell.offline}
        </p>
      )}
      {site?.setup_required && <p className={styles.strip}>{t.shell.setupRequired}</p>}
      {site?.banner && <p className={styles.strip}>{pick(site.banner, language)}</p>}
      <main id="content" className={styles.main} tabIndex={-1}>
        <Outlet />
      </main>
      <Shortcuts help={help} onHelp={setHelp} />
    </>
  )
}

/** After a change of page reading starts at its heading; the first page keeps the browser's own focus. */
function useFocusAfterNavigation() {
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ fromLocation, toLocation }) => {
        if (!fromLocation || fromLocation.pathname === toLocation.pathname || toLocation.hash) return
        const heading = document.querySelector<HTMLElement>('main h1')
        heading?.setAttribute('tabindex', '-1')
        heading?.focus({ preventScroll: true })
      }),
    [router],
  )
}
