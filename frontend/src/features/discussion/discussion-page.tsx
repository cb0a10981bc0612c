import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import Lock from 'lucide-react/icons/lock'
import Pin from 'lucide-react/icons/pin'
import { competitionQuery, threadsQuery } from '../../api/queries.ts'
import type { Thread } from '../../api/types.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './discussion-page.module.css'
import { TakePart } from './take-part.tsx'

const route = getRouteApi('/competitions/$slug')

export function DiscussionPage() {
  const { t, language } = useWords()
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  usePageTitle(t.competition.tabs.discussion, competition && pick(competition.title, language))
  const list = useInfiniteQuery(threadsQuery(slug))
  const threads = list.data?.pages.flatMap((page) => page.items)
  const start = (
    <TakePart slug={slug}>
      <ButtonLink to="/competitions/$slug/discussion/new" params={{ slug }}>
        {t.discussion.newThread}
      </ButtonLink>
    </TakePart>
  )

  if (list.isPending) return <Bones rows={5} tall />
  if (!threads) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  if (threads.length === 0) {
    return (
      <EmptyState title={t.discussion.empty} action={start}>
        {t.discussion.emptyText}
      </EmptyState>
    )
  }
  return (
    <div className={styles.page}>
      <div className={styles.bar}>{start}</div>
      <ul className={styles.list}>
        {threads.map((thread) => (
          <li key={thread.id}>
            <Row slug={slug} thread={thread} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <div className={styles.more}>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t.common.more}
          </Button>
        </div>
      )}
    </div>
  )
}

function Row({ slug, thread }: { slug: string; thread: Thread }) {
  const t = useText()
  return (
    <Link
      to="/competitions/$slug/discussion/$thread"
      params={{ slug, thread: String(thread.id) }}
      className={styles.row}
      data-item
    >
      <Avatar name={thread.author.name} />
      <span className={styles.text}>
        <span className={styles.title}>
          {thread.title}{' '}
          {thread.is_pinned && (
            <Badge tone="accent">
              <Pin className={styles.icon} aria-hidden="true" />
              {t.discussion.pinned}
            </Badge>
          )}{' '}
          {thread.is_locked && (
            <Badge>
              <Lock className={styles.icon} aria-hidden="true" />
              {t.discussion.locked}
            </Badge>
          )}
        </span>
        <span className={styles.muted}>
          {t.discussion.by(thread.author.name)}
          {thread.author.is_host && ` (${t.discussion.host})`}
          {' · '}
          <RelativeTime at={thread.last_post_at} />
        </span>
      </span>
      <span className={styles.count}>{t.discussion.replies(thread.posts - 1)}</span>
    </Link>
  )
}
