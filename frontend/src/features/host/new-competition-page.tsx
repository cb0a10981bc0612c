import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import {
  createDraft,
  type DraftFiles,
  draftQuery,
  manifestQuery,
  saveCompetition,
} from '../../api/hosting.ts'
import { mayCreate } from '../../api/may-create.ts'
import { asProblem } from '../../api/problem.ts'
import { meQuery, siteQuery } from '../../api/queries.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { siteUrl } from '../../lib/base-path.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { EmptyState } from '../../ui/state.tsx'
import { licences, zones } from './choices.ts'
import { CsvFiles } from './csv-files.tsx'
import { FaultsNote } from './faults-note.tsx'
import { FolderImport } from './folder-import.tsx'
import styles from './new-competition-page.module.css'
import { slugFrom } from './slug.ts'

/** From CSV files to a draft: the server finds out what is what, and says why. */
export function NewCompetitionPage() {
  const t = useText()
  const host = useHostText()
  usePageTitle(host.newTitle)
  const me = useQuery(meQuery)
  const site = useQuery(siteQuery).data
  if (me.data?.user === null) {
    return (
      <EmptyState
        title={host.signIn}
        action={
          <ButtonLink to="/sign-in" search={{ next: '/host/new' }}>
            {t.shell.signIn}
          </ButtonLink>
        }
      />
    )
  }
  if (me.data?.user && site && !mayCreate(me.data.user, site))
    return <EmptyState title={host.notHost}>{host.notHostText}</EmptyState>
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>{host.newTitle}</h1>
      <p className={styles.muted}>{host.newText}</p>
      <NewForm />
      <details className={styles.folder}>
        <summary>{host.fromFolder}</summary>
        <FolderImport />
      </details>
    </div>
  )
}

function NewForm() {
  const t = useText()
  const host = useHostText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [files, setFiles] = useState<DraftFiles>({})
  const [slug, setSlug] = useState<string>()
  const [title, setTitle] = useState('')
  const [tried, setTried] = useState(false)
  const address = slug ?? slugFrom(title)

  const create = useMutation({
    mutationFn: async (words: FormData) => {
      const word = (name: string) => String(words.get(name) ?? '').trim()
      const draft = await createDraft(
        {
          slug: address,
          title: word('title'),
          summary: word('summary'),
          licence: word('licence'),
          zone: word('zone'),
        },
        files,
      )
      // The form of the server takes English only.
      const ko = word('title_ko')
      const manifest = ko ? { ...draft.manifest, title: { ...draft.manifest.title, ko } } : draft.manifest
      if (ko) await saveCompetition(manifest)
      return { ...draft, manifest }
    },
    onSuccess: async (draft) => {
      client.setQueryData(draftQuery(draft.slug).queryKey, draft)
      client.setQueryData(manifestQuery(draft.slug).queryKey, draft.manifest)
      void client.invalidateQueries({ queryKey: ['competitions'] })
      await navigate({ to: '/competitions/$slug/host/task', params: { slug: draft.slug } })
    },
  })
  const problem = create.error ? asProblem(create.error) : undefined
  const noFiles = Object.keys(files).length === 0
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setTried(true)
    if (noFiles || !title.trim() || !address) return
    create.mutate(new FormData(event.currentTarget))
  }
  const fault = (name: string) => t.fieldText(problem?.field(name))

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <CsvFiles files={files} error={tried && noFiles ? host.filesMissing : undefined} onChange={setFiles} />
      <div className={styles.pair}>
        <TextField
          label={host.titleEn}
          name="title"
          value={title}
          maxLength={200}
          onChange={(event) => setTitle(event.target.value)}
          error={tried && !title.trim() ? t.common.required : fault('title')}
        />
        <TextField label={host.titleKo} name="title_ko" optional maxLength={200} lang="ko" />
      </div>
      <TextField
        label={host.address}
        value={address}
        hint={`${siteUrl()}/competitions/${address || '…'}`}
        onChange={(event) => setSlug(event.target.value.toLowerCase())}
        error={
          tried && !address
            ? t.common.required
            : problem?.code === 'slug_taken'
              ? t.problems.slug_taken[1]
              : fault('slug')
        }
        spellCheck={false}
        autoComplete="off"
      />
      <TextField label={host.summaryEn} name="summary" optional hint={host.summaryHint} maxLength={300} />
      <div className={styles.pair}>
        <TextField
          label={host.licence}
          name="licence"
          list="licences"
          optional
          hint={host.licenceHint}
          autoComplete="off"
        />
        <datalist id="licences">
          {licences.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Select
          label={host.zone}
          name="zone"
          defaultValue={Intl.DateTimeFormat().resolvedOptions().timeZone}
          options={zones().map((zone) => [zone, zone] as const)}
        />
      </div>
      {problem && problem.code !== 'slug_taken' && <FaultsNote problem={problem} by="name" />}
      <div>
        <Button kind="primary" type="submit" busy={create.isPending}>
          {host.create}
        </Button>
      </div>
    </form>
  )
}
