import { useText } from '../i18n/text-provider.tsx'
import { setShortcutsOn, shortcuts, useShortcutsOn } from '../lib/shortcuts.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Checkbox } from '../ui/field.tsx'
import styles from './shortcuts-dialog.module.css'

/** The list of keys, and the switch that turns them off. */
export function ShortcutsDialog(props: { open: boolean; onOpenChange(open: boolean): void }) {
  const t = useText()
  const on = useShortcutsOn()
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t.shortcuts.title}>
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
    </Dialog>
  )
}
