import { useNavigate } from '@tanstack/react-router'
import { asProblem } from '../../api/problem.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import styles from './host.module.css'
import { type Section, sectionAfter } from './sections.ts'

/** Save, or save and go on to the next section; every fault of the whole above the buttons. */
export function SaveBar(props: {
  slug: string
  section: Section
  isSaving: boolean
  isSaved: boolean
  error: unknown
  /** Answers with something when it was saved. */
  onSave(): Promise<unknown> | undefined
}) {
  const t = useText()
  const host = useHostText()
  const navigate = useNavigate()
  const problem = props.error ? asProblem(props.error) : undefined
  const goOn = async () => {
    if (await props.onSave())
      await navigate({ to: sectionAfter(props.section), params: { slug: props.slug } })
  }
  return (
    <div className={styles.saving}>
      {problem && (
        <ProblemNote error={problem}>
          {problem.errors.length > 0 && (
            <ul className={styles.faults}>
              {problem.errors.map((error) => (
                <li key={`${error.name}${error.message}`}>
                  {error.name && <code>{error.name}</code>} {t.faultText(error)}
                </li>
              ))}
            </ul>
          )}
        </ProblemNote>
      )}
      <div className={styles.actions}>
        <Button kind="primary" busy={props.isSaving} onClick={() => void goOn()}>
          {host.saveAndGoOn}
        </Button>
        <Button busy={props.isSaving} onClick={() => void props.onSave()}>
          {t.common.save}
        </Button>
        <p role="status" className={styles.muted}>
          {props.isSaved && t.common.saved}
        </p>
      </div>
    </div>
  )
}
