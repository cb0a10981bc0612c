import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { createThread } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { threadsQuery } from '../../api/queries.ts'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { More } from '../../ui/more.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './host.module.css'
import { MarkdownPreview } from './markdown-preview.tsx'

const route = getRouteApi('/competitions/$slug')

/** What everybody has to know: a thread of its own kind, which every participant is told of. */
export function AnnouncementsPage() {
  const running = useRunningText()
  const { slug } = route.useParams()
  return (
    <>
      <Panel title={running.announce}>
        <p className={styles.muted}>{running.announceText}</p>
        <Write slug={slug} />
      </Panel>
      <Panel title={running.announcements} narrow>
        <Announced slug={slug} />
      </Panel>
    </>
  )
}

function Write({ slug }: { slug: string }) {
  const { t } = useWords()
  const running = useRunningText()
  const client = useQueryClient()
  const [title, setTitle] = useState('')
  const [text, setText] = useState('')
  const [missing, setMissing] = useState(false)
  const create = useMutation({
    mutationFn: () => createThread(slug, { title: title.trim(), markdown: text, kind: 'announcement' }),
    onSuccess: () => {
      setTitle('')
      setText('')
      void client.invalidateQueries({ queryKey: ['threads', slug] })
    },
  })
  return (
    <>
      <TextField
        label={running.title}
        value={title}
        maxLength={150}
        autoComplete="off"
        error={
          missing && !title.trim()
            ? t.common.required
            : create.error
              ? t.fieldText(asProblem(create.error).field('title'))
              : undefined
        }
        onChange={(event) => setTitle(event.target.value)}
      />
      <div className={styles.sides}>
        <TextArea
          label={running.text}
          rows={8}
          value={text}
          error={missing && !text.trim() ? t.common.required : undefined}
          onChange={(event) => setText(event.target.value)}
        />
        <MarkdownPreview markdown={text} />
      </div>
      {create.error && !asProblem(create.error).field('title') && <ProblemNote error={create.error} />}
      <div>
        <Button
          kind="primary"
          busy={create.isPending}
          onClick={() => {
            const isReady = title.trim() !== '' && text.trim() !== ''
            setMissing(!isReady)
            if (isReady) create.mutate()
          }}
        >
          {running.sendAnnouncement}
        </Button>
      </div>
      {create.data && <Note tone="good" title={running.announced} alert />}
    </>
  )
}

function Announced({ slug }: { slug: string }) {
  const running = useRunningText()
  const list = useInfiniteQuery(threadsQuery(slug, { kind: 'announcement', sort: 'new' }))
  const items = list.data?.pages.flatMap((page) => page.items)
  if (list.isPending) return <Bones rows={2} />
  if (!items) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  if (items.length === 0)
    return <EmptyState title={running.noAnnouncements}>{running.noAnnouncementsText}</EmptyState>
  return (
    <>
      <ul className={styles.exports}>
        {items.map((thread) => (
          <li key={thread.id} className={styles.export}>
            <TextLink
              to="/competitions/$slug/discussion/$thread"
              params={{ slug, thread: String(thread.id) }}
            >
              {thread.title}
            </TextLink>
            <span className={styles.muted}>
              <RelativeTime at={thread.created_at} />
            </span>
          </li>
        ))}
      </ul>
      <More list={list} />
    </>
  )
}
