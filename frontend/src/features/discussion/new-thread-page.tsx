import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { createThread } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Editor } from './editor.tsx'
import { TakePart } from './take-part.tsx'

const route = getRouteApi('/competitions/$slug')

export function NewThreadPage() {
  const t = useText()
  const { slug } = route.useParams()
  const navigate = useNavigate()
  const client = useQueryClient()
  usePageTitle(t.discussion.newThread)
  const [title, setTitle] = useState('')
  const [missing, setMissing] = useState(false)
  const create = useMutation({
    mutationFn: (markdown: string) => createThread(slug, { title: title.trim(), markdown }),
    onSuccess: async (thread) => {
      void client.invalidateQueries({ queryKey: ['threads', slug] })
      await navigate({
        to: '/competitions/$slug/discussion/$thread',
        params: { slug, thread: String(thread.id) },
      })
    },
  })
  return (
    <Panel title={t.discussion.newThread} narrow>
      <TakePart slug={slug}>
        <TextField
          label={t.discussion.threadTitle}
          value={title}
          maxLength={200}
          required
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
        <Editor
          label={t.discussion.text}
          draftKey={`thread:${slug}`}
          action={t.discussion.startThread}
          isPending={create.isPending}
          error={create.error}
          onSend={async (markdown) => {
            setMissing(true)
            if (!title.trim()) return false
            await create.mutateAsync(markdown)
            return true
          }}
          onCancel={() => void navigate({ to: '/competitions/$slug/discussion', params: { slug } })}
        />
      </TakePart>
    </Panel>
  )
}
