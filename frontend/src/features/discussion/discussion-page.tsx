import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import Lock from 'lucide-react/icons/lock'
import Pin from 'lucide-react/icons/pin'
import { useEffect, useState } from 'react'
import { competitionQuery, threadSearchQuery, threadsQuery } from '../../api/queries.ts'
import type { Thread, ThreadFilter, ThreadKind, ThreadSort } from '../../api/types.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { More } from '../../ui/more.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './discussion-page.module.css'
import { kinds } from './kinds.ts'
import { TakePart } from './take-part.tsx'

const route = getRouteApi('/competitions/$slug')
const page = getRouteApi('/competitions/$slug/discussion')

/** Threads by kind and order, or those that a search finds; all of it lives in the address. */
export function DiscussionPage() {
  const { t, language } = useWords()
  const discussion = useDiscussionText()
  const { slug } = route.useParams()
  const { q = '', kind, sort } = page.useSearch()
  const navigate = page.useNavigate()
  const competition = useQuery(competitionQuery(slug)).data
  usePageTitle(t.competition.tabs.discussion, competition && pick(competition.title, language))
  return (
    <div className={styles.page}>
      <div className={styles.bar}>
        <ThreadSearch key={slug} />
        <Select
          label={discussion.kind}
          hideLabel
          value={kind ?? ''}
          options={[
            ['', discussion.allKinds],
            ...kinds.map((name) => [name, discussion.kinds[name]] as const),
          ]}
          onChange={(event) =>
            void navigate({
              search: (old) => ({ ...old, kind: (event.target.value as ThreadKind) || undefined }),
            })
          }
        />
        <Select
          label={discussion.sort}
          hideLabel
          value={sort ?? 'active'}
          options={sorts.map((name) => [name, discussion.sorts[name]] as const)}
          onChange={(event) =>
            void navigate({ search: (old) => ({ ...old, sort: event.target.value as ThreadSort }) })
          }
        />
        {competition?.is_host && (
          <ButtonLink to="/competitions/$slug/discussion/reports" params={{ slug }}>
            {discussion.reports}
          </ButtonLink>
        )}
        <Start slug={slug} kind={kind} />
      </div>
      {q ? (
        <Found slug={slug} q={q} />
      ) : (
        <Threads slug={slug} filter={{ ...(kind && { kind }), ...(sort && { sort }) }} />
      )}
    </div>
  )
}

const sorts = ['active', 'new', 'hot', 'top'] as const

function Start({ slug, kind }: { slug: string; kind: ThreadKind | undefined }) {
  const discussion = useDiscussionText()
  return (
    <TakePart slug={slug}>
      <ButtonLink to="/competitions/$slug/discussion/new" params={{ slug }} search={kind ? { kind } : {}}>
        {discussion.newThread}
      </ButtonLink>
    </TakePart>
  )
}

function ThreadSearch() {
  const discussion = useDiscussionText()
  const { q } = page.useSearch()
  const navigate = page.useNavigate()
  const [typed, setTyped] = useState(q ?? '')
  const settled = useSettled(typed.trim(), 250)
  useEffect(() => {
    void navigate({
      search: (old) => ({ ...old, q: settled || undefined }),
      replace: true,
      resetScroll: false,
    })
  }, [settled, navigate])
  return (
    <search className={styles.search}>
      <SearchField label={discussion.search} value={typed} onChange={setTyped} />
    </search>
  )
}

function Threads({ slug, filter }: { slug: string; filter: ThreadFilter }) {
  const discussion = useDiscussionText()
  const list = useInfiniteQuery(threadsQuery(slug, filter))
  const threads = list.data?.pages.flatMap((part) => part.items)
  if (list.isPending) return <Bones rows={5} tall />
  if (!threads) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  if (threads.length === 0) {
    return filter.kind ? (
      <EmptyState title={discussion.noneOfKind}>{discussion.kinds[filter.kind]}</EmptyState>
    ) : (
      <EmptyState title={discussion.empty}>{discussion.emptyText}</EmptyState>
    )
  }
  return (
    <>
      <ul className={styles.list}>
        {threads.map((thread) => (
          <li key={thread.id}>
            <Row slug={slug} thread={thread} />
          </li>
        ))}
      </ul>
      <More list={list} centred />
    </>
  )
}

function Found({ slug, q }: { slug: string; q: string }) {
  const t = useText()
  const found = useQuery(threadSearchQuery(slug, q))
  if (found.isPending) return <Bones rows={3} tall />
  if (!found.data) return <ErrorState error={found.error} onRetry={() => void found.refetch()} />
  if (found.data.items.length === 0)
    return <EmptyState title={t.home.noMatch}>{t.home.noMatchText(q)}</EmptyState>
  return (
    <ul className={styles.list}>
      {found.data.items.map(({ thread, excerpt, post_id }) => (
        <li key={thread.id}>
          <Row slug={slug} thread={thread} excerpt={excerpt} post={post_id} />
        </li>
      ))}
    </ul>
  )
}

function Row({
  slug,
  thread,
  excerpt,
  post,
}: {
  slug: string
  thread: Thread
  /** What a search found in it, and where. */
  excerpt?: string
  post?: number
}) {
  const discussion = useDiscussionText()
  return (
    <Link
      to="/competitions/$slug/discussion/$thread"
      params={{ slug, thread: String(thread.id) }}
      {...(post ? { hash: `post-${post}` } : {})}
      className={thread.kind === 'announcement' ? `${styles.row} ${styles.announcement}` : styles.row}
      data-item
    >
      <Avatar name={thread.author.name} />
      <span className={styles.text}>
        <span className={styles.title}>
          {thread.title}{' '}
          {thread.kind !== 'discussion' && (
            <Badge
              tone={thread.accepted_post_id ? 'good' : thread.kind === 'announcement' ? 'accent' : 'neutral'}
            >
              {thread.accepted_post_id ? discussion.answered : discussion.kinds[thread.kind as ThreadKind]}
            </Badge>
          )}{' '}
          {thread.is_pinned && (
            <Badge tone="accent">
              <Pin className={styles.icon} aria-hidden="true" />
              {discussion.pinned}
            </Badge>
          )}{' '}
          {thread.is_locked && (
            <Badge>
              <Lock className={styles.icon} aria-hidden="true" />
              {discussion.locked}
            </Badge>
          )}
        </span>
        {excerpt && <span className={styles.excerpt}>{excerpt}</span>}
        <span className={styles.muted}>
          {discussion.by(thread.author.name)}
          {thread.author.is_host && ` (${discussion.host})`}
          {' · '}
          <RelativeTime at={thread.last_post_at} />
        </span>
      </span>
      <span className={styles.count}>
        {thread.votes > 0 && <span>{discussion.votes(thread.votes)} · </span>}
        {discussion.replies(thread.posts - 1)}
      </span>
    </Link>
  )
}
