import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { meQuery } from '../../api/queries.ts'
import { useAdminText } from '../../i18n/admin/use-admin-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Bones, EmptyState } from '../../ui/state.tsx'
import styles from './admin.module.css'

const views = [
  ['users', '/admin'],
  ['competitions', '/admin/competitions'],
  ['jobs', '/admin/jobs'],
  ['settings', '/admin/settings'],
  ['audit', '/admin/audit'],
] as const

/** The administrator's pages as tabs: who is here, what runs, what the server works on, what holds, what was done. */
export function AdminLayout() {
  const t = useText()
  const admin = useAdminText()
  usePageTitle(t.shell.admin)
  const me = useQuery(meQuery)
  if (me.isPending) return <Bones rows={6} />
  if (me.data?.user?.role !== 'admin')
    return <EmptyState title={t.problems.admin_only[0]}>{t.problems.admin_only[1]}</EmptyState>
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>{t.shell.admin}</h1>
      <nav className={styles.tabs} aria-label={t.shell.admin}>
        {views.map(([name, to]) => (
          <Link
            key={name}
            to={to}
            className={styles.tab}
            activeProps={{ className: `${styles.tab} ${styles.current}` }}
            activeOptions={{ exact: true, includeSearch: false }}
          >
            {admin.views[name]}
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  )
}
