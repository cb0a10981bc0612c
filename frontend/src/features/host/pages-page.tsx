import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { manifestQuery, pageSourceQuery, savePage } from '../../api/hosting.ts'
import { asProblem } from '../../api/problem.ts'
import type { Language } from '../../api/types.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { TextArea } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Bones, ErrorState, Note } from '../../ui/state.tsx'
import styles from './host.module.css'
import { MarkdownPreview } from './markdown-preview.tsx'
import { answered, questionsOf } from './questions.ts'
import { SaveBar } from './save-bar.tsx'

const route = getRouteApi('/competitions/$slug/host/pages')
const competition = getRouteApi('/competitions/$slug')
const standard = ['overview', 'data', 'rules'] as const

/** The host's pages, one at a time: questions of the template as fields, then the text beside what readers see. */
export function PagesPage() {
  const t = useText()
  const host = useHostText()
  const { slug } = competition.useParams()
  const { page = 'overview', language = 'en' } = route.useSearch()
  const navigate = useNavigate()
  const manifest = useQuery(manifestQuery(slug)).data
  const names = [...standard, ...(manifest?.pages ?? []).map(({ name }) => name)]
  const go = (search: { page?: string; language?: Language }) =>
    void navigate({
      to: '/competitions/$slug/host/pages',
      params: { slug },
      search: { page, language, ...search },
      resetScroll: false,
    })
  return (
    <Panel
      title={host.sections.pages}
      aside={
        <Segments
          label={t.shell.language}
          value={language}
          options={[
            ['en', 'English'],
            ['ko', '한국어'],
          ]}
          onChange={(chosen) => go({ language: chosen })}
        />
      }
    >
      <Segments
        label={host.sections.pages}
        value={page}
        options={[...new Set(names)].map((name) => [name, pageTitle(t, name)] as const)}
        onChange={(chosen) => go({ page: chosen })}
      />
      <PageForm key={`${page}/${language}`} slug={slug} page={page} language={language} />
    </Panel>
  )
}

function pageTitle(t: ReturnType<typeof useText>, name: string): string {
  return name === 'overview' || name === 'data' || name === 'rules' ? t.competition.tabs[name] : name
}

function PageForm({ slug, page, language }: { slug: string; page: string; language: Language }) {
  const host = useHostText()
  const source = useQuery({ ...pageSourceQuery(slug, page, language), retry: false })
  if (source.isPending) return <Bones rows={6} tall />
  if (source.isError && asProblem(source.error).code !== 'not_found')
    return <ErrorState error={source.error} onRetry={() => void source.refetch()} />
  return (
    <>
      {!source.data && <Note tone="neutral">{host.pageMissing}</Note>}
      <PageEditor slug={slug} page={page} language={language} initial={source.data?.markdown ?? ''} />
    </>
  )
}

function PageEditor(props: { slug: string; page: string; language: Language; initial: string }) {
  const discussion = useDiscussionText()
  const host = useHostText()
  const client = useQueryClient()
  const { slug, page, language } = props
  const [text, setText] = useState(props.initial)
  const [answers, setAnswers] = useState<string[]>([])
  const questions = questionsOf(text)
  const whole = answered(text, answers)
  const save = useMutation({
    mutationFn: () => savePage(slug, page, language, { markdown: whole }),
    onSuccess: () => {
      setText(whole)
      setAnswers([])
      void client.invalidateQueries({ queryKey: ['page-source', slug, page, language] })
      void client.invalidateQueries({ queryKey: ['pages', slug] })
      void client.invalidateQueries({ queryKey: ['checklist', slug] })
    },
  })
  return (
    <>
      {questions.length > 0 && (
        <div className={styles.group}>
          <p className={styles.muted}>{host.questionsText}</p>
          {questions.map((question, at) => (
            <TextArea
              // biome-ignore lint/suspicious/noArrayIndexKey: questions stand in the order of the text
              key={at}
              label={question}
              rows={2}
              lang={language}
              value={answers[at] ?? ''}
              onChange={(event) => setAnswers(Object.assign([...answers], { [at]: event.target.value }))}
            />
          ))}
        </div>
      )}
      <div className={styles.sides}>
        <div className={styles.mono}>
          <TextArea
            label={host.markdown}
            hint={discussion.markdownHint}
            rows={16}
            lang={language}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </div>
        <MarkdownPreview markdown={whole} />
      </div>
      <SaveBar
        slug={slug}
        section="pages"
        isSaving={save.isPending}
        isSaved={save.isSuccess && whole === props.initial}
        error={save.error}
        onSave={() => save.mutateAsync().catch(() => undefined)}
      />
    </>
  )
}
