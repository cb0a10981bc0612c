import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import Bell from 'lucide-react/icons/bell'
import { notificationsQuery } from '../api/notifications.ts'
import { useText } from '../i18n/text-provider.tsx'
import styles from './bell.module.css'

/** The way to one's notices, with the number of new ones. */
export function NoticesBell() {
  const t = useText()
  const unread = useInfiniteQuery(notificationsQuery).data?.pages[0]?.unread ?? 0
  const label = t.shell.notices(unread)
  return (
    <Link to="/notices" className={styles.bell} aria-label={label} title={label}>
      <Bell aria-hidden="true" />
      {unread > 0 && (
        <span className={styles.count} aria-hidden="true">
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </Link>
  )
}
