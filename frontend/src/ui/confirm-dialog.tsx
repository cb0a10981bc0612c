import { AlertDialog } from '@base-ui/react/alert-dialog'
import { useText } from '../i18n/text-provider.tsx'
import { Button } from './button.tsx'
import styles from './dialog.module.css'

/** The question of `Confirm`; in a file of its own because most visits never open it. */
export function ConfirmDialog(props: {
  open: boolean
  onOpenChange(open: boolean): void
  title: string
  text: string
  action: string
  onConfirm(): void
}) {
  const t = useText()
  return (
    <AlertDialog.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles.backdrop} />
        <AlertDialog.Popup className={`${styles.popup} ${styles.question}`}>
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
