import { AlertDialog } from '@base-ui/react/alert-dialog'
import type { ReactElement } from 'react'
import { useText } from '../i18n/text-provider.tsx'
import { Button } from './button.tsx'
import styles from './confirm.module.css'

/** Asks once before something that cannot be undone. `trigger` is the button that opens it. */
export function Confirm(props: {
  trigger: ReactElement
  title: string
  text: string
  action: string
  onConfirm(): void
}) {
  const t = useText()
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger render={props.trigger} />
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={styles.popup}>
          <AlertDialog.Title className={styles.title}>{props.title}</AlertDialog.Title>
          <AlertDialog.Description className={styles.text}>{props.text}</AlertDialog.Description>
          <div className={styles.actions}>
            <AlertDialog.Close render={<Button>{t.common.cancel}</Button>} />
            <AlertDialog.Close
              render={
                <Button kind="danger" onClick={props.onConfirm}>
                  {props.action}
                </Button>
              }
            />
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
