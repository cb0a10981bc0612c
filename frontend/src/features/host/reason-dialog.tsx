import type { ReactNode } from 'react'
import { useDeskText } from '../../i18n/desk/use-desk-text.ts'
import { TextArea } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'

/** A button that asks why before a decision about somebody, who reads the answer. */
export function ReasonDialog(props: {
  children: ReactNode
  label?: string
  title: string
  text: string
  action: string
  kind?: 'plain' | 'danger'
  /** Whether a reason has to be given. */
  required?: boolean
  onDecide(reason: string): Promise<unknown>
}) {
  const desk = useDeskText()
  return (
    <FormDialog
      kind={props.kind ?? 'plain'}
      small
      {...(props.label && { label: props.label })}
      title={props.title}
      text={props.text}
      action={props.action}
      danger
      fields={(fault) => (
        <TextArea
          label={desk.reason}
          name="reason"
          rows={3}
          maxLength={1000}
          optional={!props.required}
          required={props.required}
          error={fault('reason')}
        />
      )}
      onSubmit={(value) => props.onDecide(value('reason'))}
    >
      {props.children}
    </FormDialog>
  )
}
