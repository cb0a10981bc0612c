import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { createThread } from '../../api/client.ts'
import { finalsQuery } from '../../api/finals.ts'
import { asProblem } from '../../api/problem.ts'
import { competitionQuery } from '../../api/queries.ts'
import type { ThreadKind } from '../../api/types.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Select, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Editor } from './editor.tsx'
import { kinds } from './kinds.ts'
import { TakePart } from './take-part.tsx'

const route = getRouteApi('/competitions/$slug')
const page = getRouteApi('/competitions/$slug/discussion/new')

export function NewThreadPage() {
  const t = useText()
  const discussion = useDiscussionText()
  const { slug } = route.useParams()
  const asked = page.useSearch().kind
  const navigate = useNavigate()
  const client = useQueryClient()
  usePageTitle(discussion.newThread)
  const [title, setTitle] = useState('')
  const [missing, setMissing] = useState(false)
  const [kind, setKind] = useState<ThreadKind>(asked ?? 'discussion')
  const competition = useQuery(competitionQuery(slug)).data
  const isHost = competition?.is_host ?? false
  const isMember = competition?.membership != null
  // What would count, or has counted, comes first: that is what a write-up is about.
  const finals =
    useQuery({ ...finalsQuery(slug), enabled: isMember && kind === 'write_up' }).data?.counting ?? []
  const [entry, setEntry] = useState<number>()
  const about = kind === 'write_up' ? (entry ?? finals[0]?.id) : undefined
  const create = useMutation({
    mutationFn: (markdown: string) =>
      createThread(slug, {
        title: title.trim(),
        markdown,
        kind,
        ...(about === undefined ? {} : { submission_id: about }),
      }),
    onSuccess: async (thread) => {
      void client.invalidateQueries({ queryKey: ['threads', slug] })
      await navigate({
        to: '/competitions/$slug/discussion/$thread',
        params: { slug, thread: String(thread.id) },
      })
    },
  })
  return (
    <Panel title={discussion.newThread} narrow>
      <TakePart slug={slug}>
        <TextField
          label={discussion.threadTitle}
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
        <Select
          label={discussion.kind}
          value={kind}
          options={kinds
            .filter((name) => (isMember || name !== 'write_up') && (isHost || name !== 'announcement'))
            .map((name) => [name, discussion.kinds[name]] as const)}
          hint={discussion.kindHints[kind]}
          onChange={(event) => setKind(event.target.value as ThreadKind)}
        />
        {kind === 'write_up' && finals.length > 0 && (
          <Select
            label={discussion.entry}
            hint={discussion.entryHint}
            value={String(about)}
            options={finals.map(({ id, number }) => [String(id), t.submit.entry(number)] as const)}
            onChange={(event) => setEntry(Number(event.target.value))}
          />
        )}
        <Editor
          slug={slug}
          label={discussion.text}
          draftKey={`thread:${slug}`}
          action={discussion.startThread}
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
