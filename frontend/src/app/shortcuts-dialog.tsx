import { Dialog } from '@base-ui/react/dialog'
import X from 'lucide-react/icons/x'
import { useText } from '../i18n/text-provider.tsx'
import { setShortcutsOn, shortcuts, useShortcutsOn } from '../lib/shortcuts.ts'
import { IconButton } from '../ui/button.tsx'
import { Checkbox } from '../ui/field.tsx'
import styles from './shortcuts-dialog.module.css'

/** The list of keys, and the switch that turns them off. */
export function ShortcutsDialog(props: { open: boolean; onOpenChange(open: boolean): void }) {
  const t = useText()
  const on = useShortcutsOn()
  return (
    <Dialog.Root open={props.open} onOpenChange={(open) => props.onOpenChange(open)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.popup}>
          <div className={styles.head}>
            <Dialog.Title className={styles.title}>{t.shortcuts.title}</Dialog.Title>
            <Dialog.Close render={<IconButton label={t.common.close} icon={<X />} />} />
          </div>
          <dl className={styles.list}>
            {shortcuts.map(([name, keys]) => (
              <div key={name} className={styles.row}>
                <dt>{t.shortcuts.names[name]}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key} className={styles.key}>
                      {key}
                    </kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
          <Checkbox
            label={t.shortcuts.on}
            checked={on}
            onChange={(event) => setShortcutsOn(event.currentTarget.checked)}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
