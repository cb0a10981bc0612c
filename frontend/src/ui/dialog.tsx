import { Dialog as Base } from '@base-ui/react/dialog'
import X from 'lucide-react/icons/x'
import type { ReactNode } from 'react'
import { useText } from '../i18n/text-provider.tsx'
import { IconButton } from './button.tsx'
import styles from './dialog.module.css'

/** A window over the page, with its title and a way out. Loaded with what opens it, never with the page. */
export function Dialog(props: {
  open: boolean
  onOpenChange(open: boolean): void
  title: ReactNode
  wide?: boolean
  children: ReactNode
}) {
  const t = useText()
  return (
    <Base.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={props.wide ? `${styles.popup} ${styles.wide}` : styles.popup}>
          <div className={styles.head}>
            <Base.Title className={styles.title}>{props.title}</Base.Title>
            <Base.Close render={<IconButton label={t.common.close} icon={<X />} />} />
          </div>
          {props.children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
