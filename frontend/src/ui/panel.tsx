import type { ReactNode } from 'react'
import { useId } from 'react'
import styles from './panel.module.css'

/** A titled part of a page. */
export function Panel({
  title,
  aside,
  children,
  narrow,
}: {
  title: string
  aside?: ReactNode
  children: ReactNode
  narrow?: boolean
}) {
  const id = useId()
  return (
    <section className={narrow ? `${styles.panel} ${styles.narrow}` : styles.panel} aria-labelledby={id}>
      <div className={styles.head}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  )
}
