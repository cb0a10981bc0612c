import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import ThumbsUp from 'lucide-react/icons/thumbs-up'
import { lazy, Suspense, useState } from 'react'
import { deletePost, takeVoteBack, updatePost, voteForPost } from '../../api/client.ts'
import { moderatePost } from '../../api/moderation.ts'
import { meQuery } from '../../api/queries.ts'
import type { Post } from '../../api/types.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { PersonLink } from '../../ui/person-link.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { Editor } from './editor.tsx'
import styles from './post-view.module.css'

const ReportDialog = lazy(() =>
  import('./report-dialog.tsx').then((module) => ({ default: module.ReportDialog })),
)
const VersionsDialog = lazy(() =>
  import('./versions-dialog.tsx').then((module) => ({ default: module.VersionsDialog })),
)

/** One post; its author and the hosts can change and delete it. */
export function PostView(props: {
  slug: string
  threadId: number
  post: Post
  parent: Post | undefined
  onReply: (() => void) | undefined
  /** Whether it is the accepted answer; `onAccept` for who may say so. */
  isAccepted: boolean
  /** Whether the reader runs the competition, and so may hide posts instead of reporting them. */
  isHost: boolean
  onAccept: (() => void) | undefined
}) {
  const t = useText()
  const discussion = useDiscussionText()
  const client = useQueryClient()
  const [editing, setEditing] = useState(false)
  const [opened, setWindow] = useState<'report' | 'versions'>()
  const me = useQuery(meQuery).data?.user
  const { post, parent, threadId, onReply } = props
  const outdate = () => client.invalidateQueries({ queryKey: ['posts', threadId] })
  const change = useMutation({
    mutationFn: (markdown: string) => updatePost(post.id, { markdown }),
    onSuccess: async () => {
      await outdate()
      setEditing(false)
    },
  })
  const remove = useMutation({ mutationFn: () => deletePost(post.id), onSuccess: outdate })
  const moderate = useMutation({
    mutationFn: () => moderatePost(post.id, { is_hidden: !post.is_hidden }),
    onSuccess: outdate,
  })

  return (
    <article className={styles.post} id={`post-${post.id}`}>
      <Avatar name={post.author.name} />
      <div className={styles.body}>
        <header className={styles.head}>
          <strong>
            <PersonLink name={post.author.name} />
          </strong>{' '}
          {props.isAccepted && <Badge tone="good">{discussion.accepted}</Badge>}{' '}
          {post.author.is_host && <Badge tone="accent">{discussion.host}</Badge>}{' '}
          {post.is_hidden && <Badge tone="warn">{discussion.hidden}</Badge>}{' '}
          <a className={styles.muted} href={`#post-${post.id}`} title={discussion.permalink}>
            <RelativeTime at={post.created_at} />
          </a>
          {post.edited_at && !post.is_deleted && (
            <span className={styles.muted}>
              {' · '}
              <button type="button" className={styles.edited} onClick={() => setWindow('versions')}>
                {discussion.edited} <RelativeTime at={post.edited_at} />
              </button>
            </span>
          )}
        </header>
        {parent && (
          <p className={styles.muted}>
            <a href={`#post-${parent.id}`}>{discussion.replyTo(parent.author.name)}</a>
          </p>
        )}
        {post.is_deleted ? (
          <p className={styles.muted}>{discussion.deleted}</p>
        ) : editing ? (
          <Editor
            slug={props.slug}
            label={discussion.text}
            initial={post.markdown ?? ''}
            action={t.common.save}
            isPending={change.isPending}
            error={change.error}
            onSend={async (markdown) => {
              await change.mutateAsync(markdown)
              return true
            }}
            onCancel={() => setEditing(false)}
          />
        ) : post.is_hidden && !post.html ? (
          <p className={styles.muted}>{discussion.hiddenText}</p>
        ) : (
          <RichText html={post.html} small />
        )}
        {!post.is_deleted && !editing && (
          <footer className={styles.tools}>
            <Vote post={post} threadId={threadId} />
            {props.onAccept && (
              <Button kind="plain" small onClick={props.onAccept}>
                {props.isAccepted ? discussion.unaccept : discussion.accept}
              </Button>
            )}
            {onReply && (
              <Button kind="plain" small onClick={onReply}>
                {discussion.reply}
              </Button>
            )}
            {post.can_edit && (
              <>
                <Button kind="plain" small onClick={() => setEditing(true)}>
                  {t.common.edit}
                </Button>
                <Confirm
                  title={discussion.deletePost}
                  text={discussion.deletePostText}
                  action={t.common.delete}
                  onConfirm={() => remove.mutate()}
                >
                  {t.common.delete}
                </Confirm>
              </>
            )}
            {props.isHost && me?.id !== post.author.id && (
              <Button kind="plain" small busy={moderate.isPending} onClick={() => moderate.mutate()}>
                {post.is_hidden ? discussion.showAgain : discussion.hide}
              </Button>
            )}
            {me && !props.isHost && me.id !== post.author.id && (
              <Button kind="plain" small aria-haspopup="dialog" onClick={() => setWindow('report')}>
                {discussion.report}
              </Button>
            )}
          </footer>
        )}
        {(remove.error ?? moderate.error) && <ProblemNote error={remove.error ?? moderate.error} />}
        {opened && (
          <Suspense>
            {opened === 'report' ? (
              <ReportDialog
                open
                post={post.id}
                author={post.author.name}
                onOpenChange={(open) => !open && setWindow(undefined)}
              />
            ) : (
              <VersionsDialog open post={post} onOpenChange={(open) => !open && setWindow(undefined)} />
            )}
          </Suspense>
        )}
      </div>
    </article>
  )
}

/** Votes for a post. Nobody votes for their own. */
function Vote({ post, threadId }: { post: Post; threadId: number }) {
  const discussion = useDiscussionText()
  const client = useQueryClient()
  const me = useQuery(meQuery).data?.user
  const vote = useMutation({
    mutationFn: () => (post.voted ? takeVoteBack(post.id) : voteForPost(post.id)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['posts', threadId] }),
  })
  const label = discussion.votes(post.votes)
  if (!me || me.id === post.author.id)
    return post.votes > 0 ? <span className={styles.muted}>{label}</span> : null
  return (
    <>
      <Button
        kind="plain"
        small
        aria-pressed={post.voted}
        busy={vote.isPending}
        icon={<ThumbsUp aria-hidden="true" />}
        onClick={() => vote.mutate()}
      >
        {post.votes > 0 ? label : discussion.vote}
      </Button>
      {vote.error && <ProblemNote error={vote.error} />}
    </>
  )
}
