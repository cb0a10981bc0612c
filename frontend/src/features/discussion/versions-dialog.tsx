import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { versionsQuery } from '../../api/moderation.ts'
import type { Post } from '../../api/types.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { trustServerHtml } from '../../lib/trusted.ts'
import { wordDiff } from '../../lib/word-diff.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Hidden } from '../../ui/hidden.tsx'
import { Bones, ErrorState } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './versions-dialog.module.css'

/** What a post said before, each time beside what it said then: words taken out and words put in. */
export function VersionsDialog(props: { post: Post; open: boolean; onOpenChange(open: boolean): void }) {
  const discussion = useDiscussionText()
  const { post } = props
  const versions = useQuery(versionsQuery(post.id))
  const items = versions.data?.items
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={discussion.versions} wide>
      {versions.isPending && <Bones rows={4} />}
      {versions.isError && <ErrorState error={versions.error} onRetry={() => void versions.refetch()} />}
      {items?.length === 0 && <p className={styles.by}>{discussion.noVersions}</p>}
      <ol className={styles.list}>
        {items?.map((version, at) => (
          <li key={version.replaced_at}>
            <p className={styles.by}>
              {discussion.editedBy(version.editor)} · <RelativeTime at={version.replaced_at} />
            </p>
            <Change before={version.html} after={items[at - 1]?.html ?? post.html} />
          </li>
        ))}
      </ol>
    </Dialog>
  )
}

function Change({ before, after }: { before: string; after: string }) {
  const discussion = useDiscussionText()
  const pieces = useMemo(() => wordDiff(textOf(before), textOf(after)), [before, after])
  return (
    <p className={styles.text}>
      {pieces.map(({ kind, text }, at) => {
        // biome-ignore-start lint/suspicious/noArrayIndexKey: the pieces of one comparison never change places
        if (kind === 'same') return <span key={at}>{text}</span>
        return kind === 'gone' ? (
          <del key={at} className={styles.gone}>
            <Hidden>{discussion.removed}</Hidden>
            {text}
          </del>
        ) : (
          <ins key={at} className={styles.new}>
            <Hidden>{discussion.added}</Hidden>
            {text}
          </ins>
        )
        // biome-ignore-end lint/suspicious/noArrayIndexKey: the pieces of one comparison never change places
      })}
    </p>
  )
}

/** The words of a rendered post, one line a block. */
function textOf(html: string): string {
  const page = new DOMParser().parseFromString(trustServerHtml(html), 'text/html')
  for (const block of page.body.querySelectorAll('p, li, pre, tr, h1, h2, h3, h4, h5, h6')) block.append('\n')
  return page.body.textContent.replace(/\n{2,}/g, '\n').trim()
}
