import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deletePost, updatePost } from '../../api/client.ts'
import type { Post } from '../../api/types.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { Editor } from './editor.tsx'
import styles from './post-view.module.css'

/** One post; its author and the hosts can change and delete it. */
export function PostView(props: {
  slug: string
  threadId: number
  post: Post
  parent: Post | undefined
  onReply: (() => void) | undefined
}) {
  const t = useText()
  const client = useQueryClient()
  const [editing, setEditing] = useState(false)
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

  return (
    <article className={styles.post} id={`post-${post.id}`}>
      <Avatar name={post.author.name} />
      <div className={styles.body}>
        <header className={styles.head}>
          <strong>{post.author.name}</strong>{' '}
          {post.author.is_host && <Badge tone="accent">{t.discussion.host}</Badge>}{' '}
          <a className={styles.muted} href={`#post-${post.id}`} title={t.discussion.permalink}>
            <RelativeTime at={post.created_at} />
          </a>
          {post.edited_at && !post.is_deleted && (
            <span className={styles.muted}>
              {' · '}
              {t.discussion.edited} <RelativeTime at={post.edited_at} />
            </span>
          )}
        </header>
        {parent && (
          <p className={styles.muted}>
            <a href={`#post-${parent.id}`}>{t.discussion.replyTo(parent.author.name)}</a>
          </p>
        )}
        {post.is_deleted ? (
          <p className={styles.muted}>{t.discussion.deleted}</p>
        ) : editing ? (
          <Editor
            label={t.discussion.text}
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
        ) : (
          <RichText html={post.html} small />
        )}
        {!post.is_deleted && !editing && (
          <footer className={styles.tools}>
            {onReply && (
              <Button kind="plain" small onClick={onReply}>
                {t.discussion.reply}
              </Button>
            )}
            {post.can_edit && (
              <>
                <Button kind="plain" small onClick={() => setEditing(true)}>
                  {t.common.edit}
                </Button>
                <Confirm
                  title={t.discussion.deletePost}
                  text={t.discussion.deletePostText}
                  action={t.common.delete}
                  onConfirm={() => remove.mutate()}
                >
                  {t.common.delete}
                </Confirm>
              </>
            )}
          </footer>
        )}
        {remove.error && <ProblemNote error={remove.error} />}
      </div>
    </article>
  )
}
