import type { ReactNode } from 'react'
import styles from './badge.module.css'

/** A word about a state. The colour never stands alone: the word says the same. */
export function Badge({
  tone = 'neutral',
  children,
}: {
  tone?: 'neutral' | 'accent' | 'solid' | 'good' | 'bad' | 'warn'
  children: ReactNode
}) {
  return <span className={`${styles.badge} ${styles[tone]}`}>{children}</span>
}
