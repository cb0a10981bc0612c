import { useInfiniteQuery } from '@tanstack/react-query'
import { auditQuery } from '../api/admin.ts'
import { useHostText } from '../i18n/host/use-host-text.ts'
import { useWords } from '../i18n/text-provider.tsx'
import { formatNumber } from '../lib/format.ts'
import styles from './audit-table.module.css'
import { Button } from './button.tsx'
import { Bones, EmptyState, ErrorState } from './state.tsx'
import { RelativeTime } from './time.tsx'

/** What hosts and administrators did, newest first: of one competition, or without `slug` of the whole site. */
export function AuditTable({ slug }: { slug?: string }) {
  const { t, language } = useWords()
  const host = useHostText()
  const log = useInfiniteQuery(auditQuery(slug))
  const items = log.data?.pages.flatMap((page) => page.items)
  const head = log.data?.pages[0]
  if (log.isPending) return <Bones rows={6} />
  if (!items) return <ErrorState error={log.error} onRetry={() => void log.refetch()} />
  if (items.length === 0) return <EmptyState title={host.audit.empty}>{host.audit.emptyText}</EmptyState>
  return (
    <>
      {head && (
        <p className={styles.muted}>
          {host.audit.head(formatNumber(head.entries, language))}{' '}
          <code className={styles.hash}>{head.head}</code>
        </p>
      )}
      <div className={styles.frame}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{host.audit.when}</th>
              <th scope="col">{host.audit.who}</th>
              <th scope="col">{host.audit.what}</th>
              <th scope="col">{host.audit.detail}</th>
            </tr>
          </thead>
          <tbody>
            {items.map((entry) => (
              <tr key={entry.id}>
                <td>
                  <RelativeTime at={entry.at} />
                </td>
                <td>
                  {entry.actor_name ?? host.audit.actors[entry.actor_kind] ?? entry.actor_kind}
                  {entry.actor_kind === 'token' && (
                    <span className={styles.muted}> {host.audit.byToken}</span>
                  )}
                </td>
                <td>
                  <code>{entry.action}</code> {entry.subject}
                </td>
                <td className={styles.detail}>
                  {Object.entries(entry.detail)
                    .map(
                      ([key, value]) =>
                        `${key}: ${typeof value === 'object' ? JSON.stringify(value) : value}`,
                    )
                    .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {log.hasNextPage && (
        <div>
          <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {t.common.more}
          </Button>
        </div>
      )}
    </>
  )
}
