import { useInfiniteQuery } from '@tanstack/react-query'
import { auditQuery } from '../api/admin.ts'
import { useAuditText } from '../i18n/audit/use-audit-text.ts'
import { useWords } from '../i18n/text-provider.tsx'
import { formatNumber } from '../lib/format.ts'
import styles from './audit-table.module.css'
import { More } from './more.tsx'
import { Bones, EmptyState, ErrorState } from './state.tsx'
import { Aside, Cell, Table } from './table.tsx'
import { RelativeTime } from './time.tsx'

/** What hosts and administrators did, newest first: of one competition, or without `slug` of the whole site. */
export function AuditTable({ slug }: { slug?: string }) {
  const { language } = useWords()
  const audit = useAuditText()
  const log = useInfiniteQuery(auditQuery(slug))
  const items = log.data?.pages.flatMap((page) => page.items)
  const head = log.data?.pages[0]
  if (log.isPending) return <Bones rows={6} />
  if (!items) return <ErrorState error={log.error} onRetry={() => void log.refetch()} />
  if (items.length === 0) return <EmptyState title={audit.empty}>{audit.emptyText}</EmptyState>
  return (
    <>
      {head && (
        <p className={styles.muted}>
          {audit.head(formatNumber(head.entries, language))} <code className={styles.hash}>{head.head}</code>
        </p>
      )}
      <Table
        label={audit.title}
        columns={[
          { name: audit.when, wide: true },
          { name: audit.who },
          { name: audit.what },
          { name: audit.detail, wide: true },
        ]}
      >
        {items.map((entry) => (
          <tr key={entry.id}>
            <Cell wide>
              <RelativeTime at={entry.at} />
            </Cell>
            <Cell>
              {entry.actor_name ?? audit.actors[entry.actor_kind] ?? entry.actor_kind}
              {entry.actor_kind === 'token' && <span className={styles.muted}> {audit.byToken}</span>}
              <Aside narrow>
                <RelativeTime at={entry.at} />
              </Aside>
            </Cell>
            <Cell>
              {audit.actions[entry.action]}
              <Aside>{entry.subject}</Aside>
            </Cell>
            <Cell wide>
              <span className={styles.detail}>{written(entry.detail)}</span>
            </Cell>
          </tr>
        ))}
      </Table>
      <More list={log} />
    </>
  )
}

/** The members of a detail, which differ from action to action, as `key: value`; what was before comes first. */
function written({ before, after, ...detail }: Record<string, unknown>): string {
  return Object.entries({ before, after, ...detail })
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([key, value]) => `${key}: ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(', ')
}
