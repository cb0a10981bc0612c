import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { asProblem } from '../../api/problem.ts'
import { competitionQuery } from '../../api/queries.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { FaultsNote } from './faults-note.tsx'
import styles from './host.module.css'
import { type Section, sectionAfter } from './sections.ts'
import type { ManifestForm } from './use-manifest.ts'

/** Save, or in a draft save and go on to the next section; every fault of the whole above the buttons. */
export function SaveBar(props: {
  slug: string
  section: Section
  isSaving: boolean
  isSaved: boolean
  error: unknown
  /** Answers with something when it was saved. */
  onSave(): Promise<unknown> | undefined
  /** What has to be said with a change. */
  children?: ReactNode
}) {
  const t = useText()
  const host = useHostText()
  const navigate = useNavigate()
  const isDraft = useQuery(competitionQuery(props.slug)).data?.state === 'draft'
  const problem = props.error ? asProblem(props.error) : undefined
  const goOn = async () => {
    if (await props.onSave())
      await navigate({ to: sectionAfter(props.section), params: { slug: props.slug } })
  }
  return (
    <div className={styles.saving}>
      {problem && <FaultsNote problem={problem} by="name" />}
      {props.children}
      <div className={styles.actions}>
        {isDraft && (
          <Button kind="primary" busy={props.isSaving} onClick={() => void goOn()}>
            {host.saveAndGoOn}
          </Button>
        )}
        <Button
          kind={isDraft ? 'secondary' : 'primary'}
          busy={props.isSaving}
          onClick={() => void props.onSave()}
        >
          {t.common.save}
        </Button>
        <p role="status" className={styles.muted}>
          {props.isSaved && t.common.saved}
        </p>
      </div>
    </div>
  )
}

/** The bar of the pages that change the manifest. Participants of a published competition read why it changed. */
export function ManifestSaveBar(props: { slug: string; section: Section; form: ManifestForm }) {
  const host = useHostText()
  const { slug, section, form } = props
  const state = useQuery(competitionQuery(slug)).data?.state
  return (
    <SaveBar
      slug={slug}
      section={section}
      isSaving={form.isSaving}
      isSaved={form.isSaved}
      error={form.error}
      onSave={form.save}
    >
      {form.isChanged && state !== undefined && state !== 'draft' && (
        <div className={styles.group}>
          <TextField
            label={host.changeReason}
            hint={host.changeReasonHint}
            optional
            maxLength={500}
            value={form.reason}
            onChange={(event) => form.setReason(event.target.value)}
          />
        </div>
      )}
    </SaveBar>
  )
}
