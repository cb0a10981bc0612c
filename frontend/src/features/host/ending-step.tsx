import Circle from 'lucide-react/icons/circle'
import CircleCheck from 'lucide-react/icons/circle-check'
import type { ReactNode } from 'react'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import styles from './host.module.css'

/** One of the last steps, with a mark where it is done. */
export function Step(props: { isDone: boolean; title: string; children: ReactNode }) {
  const running = useRunningText()
  return (
    <li className={styles.step}>
      {props.isDone ? (
        <CircleCheck className={styles.done} aria-label={running.done} />
      ) : (
        <Circle className={styles.muted} aria-label={running.toCome} />
      )}
      <div className={styles.stack}>
        <h3>{props.title}</h3>
        {props.children}
      </div>
    </li>
  )
}
