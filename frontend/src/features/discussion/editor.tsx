import { useQuery } from '@tanstack/react-query'
import ImagePlus from 'lucide-react/icons/image-plus'
import { type ClipboardEvent, type DragEvent, type KeyboardEvent, useRef, useState } from 'react'
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
import { MentionList, useMention } from './mentions.tsx'
import { pictureTypes, usePictures } from './use-pictures.ts'

/**
 * A field for Markdown with a preview by the same code that shows the post. A draft outlives the page: it is kept in
 * this browser until it is sent.
 */
export function Editor(props: {
  slug: string
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

  const area = useRef<HTMLTextAreaElement>(null)
  const [isOver, setOver] = useState(false)
  const latest = useRef(text)
  const write = (value: string) => {
    latest.current = value
    setText(value)
    if (!key) return
    if (value) localStorage.setItem(key, value)
    else localStorage.removeItem(key)
  }
  const pictures = usePictures(props.slug, area, latest, write)
  const mention = useMention(props.slug, area, write)
  const send = async () => {
    setMissing(!text.trim())
    if (!text.trim() || props.isPending || pictures.isUploading) return
    // What went wrong is shown from `error`.
    const sent = await props.onSend(text).catch(() => false)
    if (sent) write('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (mention.onKeyDown(event)) return
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing)
      void send()
  }

  const take = (event: ClipboardEvent | DragEvent, files: FileList) => {
    if (files.length === 0) return
    event.preventDefault()
    pictures.add(files)
  }
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way; the button below is for everybody
    <div
      className={isOver ? `${styles.editor} ${styles.over}` : styles.editor}
      onDragOver={(event) => {
        if (!hasFiles(event) || view !== 'write') return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        if (view === 'write') take(event, event.dataTransfer.files)
      }}
    >
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
        <div className={styles.field}>
          <TextArea
            ref={area}
            label={props.label}
            hideLabel
            rows={5}
            value={text}
            maxLength={65_536}
            hint={discussion.markdownHint}
            error={missing && !text.trim() ? t.common.required : undefined}
            onChange={(event) => {
              write(event.target.value)
              mention.look(event.target)
            }}
            onKeyDown={onKeyDown}
            onPaste={(event) => take(event, event.clipboardData.files)}
            onBlur={mention.close}
          />
          <MentionList mention={mention} />
        </div>
      ) : (
        <Preview slug={props.slug} markdown={text} />
      )}
      {pictures.error ? <ProblemNote error={pictures.error} /> : null}
      {props.error ? <ProblemNote error={props.error} /> : null}
      <div className={styles.actions}>
        <Button kind="primary" busy={props.isPending} onClick={() => void send()}>
          {props.action}
        </Button>
        {view === 'write' && (
          <label className={styles.picture}>
            <ImagePlus aria-hidden="true" />
            {pictures.isUploading ? discussion.uploading : discussion.addPicture}
            <input
              type="file"
              accept={pictureTypes.join(',')}
              multiple
              className={styles.file}
              onChange={(event) => {
                if (event.target.files) pictures.add(event.target.files)
                // The same file may be chosen again.
                event.target.value = ''
              }}
            />
          </label>
        )}
        {props.onCancel && <Button onClick={props.onCancel}>{t.common.cancel}</Button>}
      </div>
    </div>
  )
}

function Preview({ slug, markdown }: { slug: string; markdown: string }) {
  const discussion = useDiscussionText()
  const settled = useSettled(markdown, 300)
  const preview = useQuery({
    queryKey: ['markdown', slug, settled],
    queryFn: ({ signal }) => previewMarkdown(settled, signal, slug),
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
