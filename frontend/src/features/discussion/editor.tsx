import { useQuery } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import { previewMarkdown } from '../../api/client.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { useSettled } from '../../lib/use-settled.ts'
import { Button } from '../../ui/button.tsx'
import { TextArea } from '../../ui/field.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Bones, ErrorState, ProblemNote } from '../../ui/state.tsx'
import styles from './editor.module.css'

/**
 * A field for Markdown with a preview by the same code that shows the post. A draft outlives the page: it is kept in
 * this browser until it is sent.
 */
export function Editor(props: {
  label: string
  /** Under what the draft is kept; none for changes to what exists. */
  draftKey?: string
  initial?: string
  action: string
  isPending: boolean
  error: unknown
  /** Says whether it was sent. */
  onSend(markdown: string): Promise<boolean>
  onCancel?: () => void
}) {
  const t = useText()
  const discussion = useDiscussionText()
  const key = props.draftKey && `podium:draft:${props.draftKey}`
  const [text, setText] = useState(() => props.initial ?? (key && localStorage.getItem(key)) ?? '')
  const [missing, setMissing] = useState(false)
  const [view, setView] = useState<'write' | 'preview'>('write')

  const write = (value: string) => {
    setText(value)
    if (!key) return
    if (value) localStorage.setItem(key, value)
    else localStorage.removeItem(key)
  }
  const send = async () => {
    setMissing(!text.trim())
    if (!text.trim() || props.isPending) return
    // What went wrong is shown from `error`.
    const sent = await props.onSend(text).catch(() => false)
    if (sent) write('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing)
      void send()
  }

  return (
    <div className={styles.editor}>
      <Segments
        label={props.label}
        value={view}
        options={[
          ['write', discussion.write],
          ['preview', discussion.preview],
        ]}
        onChange={setView}
      />
      {view === 'write' ? (
        <TextArea
          label={props.label}
          hideLabel
          rows={5}
          value={text}
          maxLength={65_536}
          hint={discussion.markdownHint}
          error={missing && !text.trim() ? t.common.required : undefined}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
        />
      ) : (
        <Preview markdown={text} />
      )}
      {props.error ? <ProblemNote error={props.error} /> : null}
      <div className={styles.actions}>
        <Button kind="primary" busy={props.isPending} onClick={() => void send()}>
          {props.action}
        </Button>
        {props.onCancel && <Button onClick={props.onCancel}>{t.common.cancel}</Button>}
      </div>
    </div>
  )
}

function Preview({ markdown }: { markdown: string }) {
  const discussion = useDiscussionText()
  const settled = useSettled(markdown, 300)
  const preview = useQuery({
    queryKey: ['markdown', settled],
    queryFn: ({ signal }) => previewMarkdown(settled, signal),
    enabled: settled.trim() !== '',
  })
  if (!settled.trim()) return <p className={styles.empty}>{discussion.previewEmpty}</p>
  if (preview.isPending) return <Bones rows={3} />
  if (preview.isError) return <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />
  return (
    <div className={styles.preview}>
      <RichText html={preview.data.html} />
    </div>
  )
}
