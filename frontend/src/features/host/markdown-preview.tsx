import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { previewMarkdown } from '../../api/client.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { RichText } from '../../ui/rich-text.tsx'
import { ErrorState } from '../../ui/state.tsx'
import styles from './host.module.css'

/** Rendered by the code that publishes, so that it cannot show anything else. */
export function MarkdownPreview({ markdown }: { markdown: string }) {
  const discussion = useDiscussionText()
  const settled = useSettled(markdown, 300)
  const preview = useQuery({
    queryKey: ['markdown', settled],
    queryFn: ({ signal }) => previewMarkdown(settled, signal),
    enabled: settled.trim() !== '',
    placeholderData: keepPreviousData,
  })
  return (
    <section aria-label={discussion.preview} className={styles.beside}>
      <p className={styles.besideTitle}>{discussion.preview}</p>
      <div className={styles.preview}>
        {!settled.trim() && <p className={styles.muted}>{discussion.previewEmpty}</p>}
        {preview.isError && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />}
        {preview.data && settled.trim() && <RichText html={preview.data.html} small />}
      </div>
    </section>
  )
}
