import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { markNotificationsRead, type Notification, notificationsQuery } from '../../api/notifications.ts'
import { meQuery } from '../../api/queries.ts'
import { myInvitesQuery } from '../../api/teams.ts'
import { notices as en, told } from '../../i18n/notices/en.ts'
import { notices as ko } from '../../i18n/notices/ko.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Bones, EmptyState, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './notices-page.module.css'

/** Everything that concerned the reader, newest first. */
export function NoticesPage() {
  const { t, language } = useWords()
  const notices = { en, ko }[language]
  usePageTitle(notices.title)
  const client = useQueryClient()
  const user = useQuery(meQuery).data?.user
  const list = useInfiniteQuery({ ...notificationsQuery, enabled: !!user })
  const invites = useQuery({ ...myInvitesQuery, enabled: !!user }).data?.items.length ?? 0
  const read = useMutation({
    mutationFn: markNotificationsRead,
    onSuccess: () => client.invalidateQueries({ queryKey: notificationsQuery.queryKey }),
  })
  if (user === null) {
    return (
      <EmptyState
        title={notices.signIn}
        action={
          <ButtonLink to="/sign-in" search={{ next: '/notices' }}>
            {t.shell.signIn}
          </ButtonLink>
        }
      />
    )
  }
  const items = list.data?.pages.flatMap((page) => page.items)
  const newest = items?.[0]
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1 className={styles.title}>{notices.title}</h1>
        {newest && (list.data?.pages[0]?.unread ?? 0) > 0 && (
          <Button busy={read.isPending} onClick={() => read.mutate({ up_to: newest.id })}>
            {notices.markAll}
          </Button>
        )}
      </div>
      {invites > 0 && (
        <Note tone="neutral" title={notices.invites(invites)}>
          <ButtonLink to="/invite">{notices.seeInvites}</ButtonLink>
        </Note>
      )}
      {read.error && <ProblemNote error={read.error} />}
      {list.isPending && <Bones rows={5} tall />}
      {list.isError && !items && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {items?.length === 0 && <EmptyState title={notices.empty}>{notices.emptyText}</EmptyState>}
      {items && items.length > 0 && (
        <ul className={styles.list}>
          {items.map((item) => (
            <li key={item.id} className={item.is_read ? styles.item : `${styles.item} ${styles.unread}`}>
              <Where item={item} onOpen={() => !item.is_read && read.mutate({ id: item.id })}>
                {(notices.kinds[item.kind] ?? (() => notices.other(item.kind)))(
                  told(item, language, notices.gone),
                )}
              </Where>
              <span className={styles.muted}>
                {!item.is_read && <Badge tone="accent">{notices.isNew}</Badge>}{' '}
                <RelativeTime at={item.created_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t.common.more}
          </Button>
        </div>
      )}
    </div>
  )
}

/** A link to what the notification is about: thread, entry, invitation, team, competition or account. */
function Where({ item, children, onOpen }: { item: Notification; children: string; onOpen(): void }) {
  const slug = item.competition?.slug
  const common = { className: styles.link, onClick: onOpen, 'data-item': true }
  if (slug && item.thread) {
    return (
      <Link
        to="/competitions/$slug/discussion/$thread"
        params={{ slug, thread: String(item.thread.id) }}
        {...(item.post_id ? { hash: `post-${item.post_id}` } : {})}
        {...common}
      >
        {children}
      </Link>
    )
  }
  if (slug && item.submission) {
    return (
      <Link to="/competitions/$slug/submit" params={{ slug }} {...common}>
        {children}
      </Link>
    )
  }
  if (item.kind === 'team_invited' || item.kind === 'competition_invited') {
    return (
      <Link to="/invite" {...common}>
        {children}
      </Link>
    )
  }
  if (slug && /^(team|merge)_/.test(item.kind)) {
    return (
      <Link to="/competitions/$slug/team" params={{ slug }} {...common}>
        {children}
      </Link>
    )
  }
  if (slug) {
    return (
      <Link to="/competitions/$slug" params={{ slug }} {...common}>
        {children}
      </Link>
    )
  }
  return (
    <Link to="/account" {...common}>
      {children}
    </Link>
  )
}
