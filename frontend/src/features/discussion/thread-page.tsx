import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import Megaphone from 'lucide-react/icons/megaphone'
import { useState } from 'react'
import { acceptAnswer, createPost, deleteThread, updateThread } from '../../api/client.ts'
import { competitionQuery, postsQuery, threadQuery } from '../../api/queries.ts'
import type { Post, Thread, ThreadKind } from '../../api/types.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { More } from '../../ui/more.tsx'
import { Bones, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import { AllThreads } from './all-threads.tsx'
import { Editor } from './editor.tsx'
import { PostView } from './post-view.tsx'
import { TakePart } from './take-part.tsx'
import styles from './thread-page.module.css'

const route = getRouteApi('/competitions/$slug/discussion/$thread')

export function ThreadPage() {
  const discussion = useDiscussionText()
  const { slug, thread: id } = route.useParams()
  const threadId = Number(id)
  const thread = useQuery(threadQuery(threadId))
  const list = useInfiniteQuery(postsQuery(threadId))
  usePageTitle(thread.data?.title)
  const posts = list.data?.pages.flatMap((page) => page.items)
  const error = thread.error ?? list.error

  if (thread.data && posts) {
    return (
      <div className={styles.page}>
        <Head slug={slug} thread={thread.data} />
        <Posts slug={slug} thread={thread.data} posts={posts} />
        <More list={list} />
        {thread.data.is_locked && <Note tone="neutral">{discussion.lockedText}</Note>}
        {(!thread.data.is_locked || thread.data.can_edit) && !list.hasNextPage && (
          <TakePart slug={slug}>
            <section className={styles.reply} aria-label={discussion.reply}>
              <h3 className={styles.replyTitle}>{discussion.reply}</h3>
              <Reply slug={slug} threadId={threadId} />
            </section>
          </TakePart>
        )}
      </div>
    )
  }
  if (error) {
    return (
      <ErrorState
        error={error}
        onRetry={() => {
          void thread.refetch()
          void list.refetch()
        }}
      />
    )
  }
  return <Bones rows={8} />
}

function Head({ slug, thread }: { slug: string; thread: Thread }) {
  const t = useText()
  const discussion = useDiscussionText()
  const navigate = useNavigate()
  const client = useQueryClient()
  const isHost = useQuery(competitionQuery(slug)).data?.is_host
  const remove = useMutation({
    mutationFn: () => deleteThread(thread.id),
    onSuccess: async () => {
      void client.invalidateQueries({ queryKey: ['threads', slug] })
      await navigate({ to: '/competitions/$slug/discussion', params: { slug } })
    },
  })
  const change = useMutation({
    mutationFn: (wish: { is_pinned?: boolean; is_locked?: boolean }) => updateThread(thread.id, wish),
    onSuccess: (changed) => {
      client.setQueryData(threadQuery(thread.id).queryKey, changed)
      void client.invalidateQueries({ queryKey: ['threads', slug] })
    },
  })
  return (
    <header className={styles.head}>
      <AllThreads slug={slug} />
      <h2 className={styles.title}>
        {thread.kind === 'announcement' && <Megaphone className={styles.icon} aria-hidden="true" />}
        {thread.title}{' '}
        {thread.kind !== 'discussion' && (
          <Badge tone={thread.kind === 'announcement' ? 'accent' : 'neutral'}>
            {discussion.kinds[thread.kind as ThreadKind]}
          </Badge>
        )}{' '}
        {thread.is_pinned && <Badge tone="accent">{discussion.pinned}</Badge>}{' '}
        {thread.is_locked && <Badge>{discussion.locked}</Badge>}
      </h2>
      <div className={styles.tools}>
        {isHost && (
          <>
            <Button
              kind="plain"
              small
              busy={change.isPending}
              onClick={() => change.mutate({ is_pinned: !thread.is_pinned })}
            >
              {thread.is_pinned ? discussion.unpin : discussion.pin}
            </Button>
            <Button
              kind="plain"
              small
              busy={change.isPending}
              onClick={() => change.mutate({ is_locked: !thread.is_locked })}
            >
              {thread.is_locked ? discussion.unlock : discussion.lock}
            </Button>
          </>
        )}
        {thread.can_edit && (
          <Confirm
            title={discussion.deleteThread}
            text={discussion.deleteThreadText}
            action={t.common.delete}
            onConfirm={() => remove.mutate()}
          >
            {t.common.delete}
          </Confirm>
        )}
      </div>
      {thread.kind === 'write_up' && thread.submission_id != null && (
        <p className={styles.about}>{discussion.aboutEntry}</p>
      )}
      {(remove.error ?? change.error) && <ProblemNote error={remove.error ?? change.error} />}
    </header>
  )
}

/** Posts in the order of time; replies to a post stand under it, one step in. */
function Posts({ slug, thread, posts }: { slug: string; thread: Thread; posts: Post[] }) {
  const discussion = useDiscussionText()
  const [replyTo, setReplyTo] = useState<number>()
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set())
  const isHost = useQuery(competitionQuery(slug)).data?.is_host === true
  const client = useQueryClient()
  const accept = useMutation({
    mutationFn: (post_id: number | null) => acceptAnswer(thread.id, { post_id }),
    onSuccess: (changed) => client.setQueryData(threadQuery(thread.id).queryKey, changed),
  })
  const known = new Set(posts.map((post) => post.id))
  const roots = posts.filter((post) => post.parent_id == null || !known.has(post.parent_id))
  const under = (root: Post): Post[] => {
    const family = new Set([root.id])
    return posts.filter((post) => {
      const belongs = post.id !== root.id && post.parent_id != null && family.has(post.parent_id)
      if (belongs) family.add(post.id)
      return belongs
    })
  }
  const show = (post: Post, root: Post | undefined) => (
    <>
      <PostView
        slug={slug}
        threadId={thread.id}
        post={post}
        parent={
          root && post.parent_id !== root.id ? posts.find(({ id }) => id === post.parent_id) : undefined
        }
        onReply={thread.is_locked ? undefined : () => setReplyTo(post.id)}
        isAccepted={thread.accepted_post_id === post.id}
        isHost={isHost}
        onAccept={
          thread.kind === 'question' && thread.can_edit && post.id !== posts[0]?.id
            ? () => accept.mutate(thread.accepted_post_id === post.id ? null : post.id)
            : undefined
        }
      />
      {replyTo === post.id && (
        <TakePart slug={slug}>
          <section className={styles.inline} aria-label={discussion.replyTo(post.author.name)}>
            <Reply slug={slug} threadId={thread.id} parent={post} onDone={() => setReplyTo(undefined)} />
          </section>
        </TakePart>
      )}
    </>
  )
  return (
    <ol className={styles.posts}>
      {roots.map((root) => {
        const replies = under(root)
        return (
          <li key={root.id} className={styles.root}>
            {show(root, undefined)}
            {replies.length > 0 && (
              <div className={styles.replies}>
                <Button
                  kind="plain"
                  small
                  aria-expanded={!folded.has(root.id)}
                  onClick={() => setFolded((old) => toggled(old, root.id))}
                >
                  {folded.has(root.id)
                    ? discussion.showReplies(replies.length)
                    : discussion.hideReplies(replies.length)}
                </Button>
                {!folded.has(root.id) && (
                  <ol className={styles.replyList}>
                    {replies.map((reply) => (
                      <li key={reply.id}>{show(reply, root)}</li>
                    ))}
                  </ol>
                )}
              </div>
            )}
          </li>
        )
      })}
    </ol>
  )
}

function toggled(set: ReadonlySet<number>, member: number): ReadonlySet<number> {
  const changed = new Set(set)
  if (!changed.delete(member)) changed.add(member)
  return changed
}

function Reply(props: { slug: string; threadId: number; parent?: Post; onDone?: () => void }) {
  const discussion = useDiscussionText()
  const client = useQueryClient()
  const { slug, threadId, parent, onDone } = props
  const send = useMutation({
    mutationFn: (markdown: string) =>
      createPost(threadId, { markdown, ...(parent ? { parent_id: parent.id } : {}) }),
    onSuccess: async () => {
      void client.invalidateQueries({ queryKey: ['threads', slug] })
      void client.invalidateQueries({ queryKey: ['thread', threadId] })
      await client.invalidateQueries({ queryKey: ['posts', threadId] })
      onDone?.()
    },
  })
  return (
    <Editor
      slug={slug}
      label={parent ? discussion.replyTo(parent.author.name) : discussion.reply}
      draftKey={`reply:${threadId}:${parent?.id ?? ''}`}
      action={discussion.postReply}
      isPending={send.isPending}
      error={send.error}
      onSend={async (markdown) => {
        await send.mutateAsync(markdown)
        return true
      }}
      {...(onDone ? { onCancel: onDone } : {})}
    />
  )
}
