import { Dialog } from '@base-ui/react/dialog'
import { type FormEvent, type ReactNode, useState } from 'react'
import { type ApiProblem, asProblem } from '../api/problem.ts'
import { useText } from '../i18n/text-provider.tsx'
import { Button } from './button.tsx'
import styles from './dialog.module.css'
import { ProblemNote } from './state.tsx'

export interface FormPopupProps {
  open: boolean
  onOpenChange(open: boolean): void
  title: string
  text?: string
  /** On the button that sends. */
  action: string
  /** What it does is hard to take back. */
  danger?: boolean
  /** The fields, by their `name`s; `fault` is what the server said about one of them. */
  fields(fault: (name: string) => string | undefined): ReactNode
  /** Gets what was typed, trimmed. The dialog closes when it is done, and says why when it is refused. */
  onSubmit(values: (name: string) => string): Promise<unknown>
}

/** The dialog of `FormDialog`; in a file of its own because most visits never open it. */
export function FormPopup(props: FormPopupProps) {
  return (
    <Dialog.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={`${styles.popup} ${styles.question}`}>
          <Form {...props} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}

function Form(props: FormPopupProps) {
  const t = useText()
  const [isSending, setSending] = useState(false)
  const [problem, setProblem] = useState<ApiProblem>()
  const fault = (name: string) => t.fieldText(problem?.field(name))
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isSending) return
    const form = new FormData(event.currentTarget)
    setSending(true)
    try {
      await props.onSubmit((name) => String(form.get(name) ?? '').trim())
      props.onOpenChange(false)
    } catch (error) {
      setProblem(asProblem(error))
    } finally {
      setSending(false)
    }
  }
  return (
    <form className={styles.form} onSubmit={(event) => void send(event)}>
      <Dialog.Title className={styles.title}>{props.title}</Dialog.Title>
      {props.text && <Dialog.Description className={styles.text}>{props.text}</Dialog.Description>}
      {props.fields(fault)}
      {problem && problem.errors.length === 0 && <ProblemNote error={problem} />}
      <div className={styles.actions}>
        <Dialog.Close render={<Button>{t.common.cancel}</Button>} />
        <Button type="submit" kind={props.danger ? 'danger' : 'primary'} busy={isSending}>
          {props.action}
        </Button>
      </div>
    </form>
  )
}
