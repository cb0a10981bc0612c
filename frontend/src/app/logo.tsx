import styles from './logo.module.css'

/** Three steps: second, first, third. */
export function Logo() {
  return (
    <svg className={styles.logo} viewBox="0 0 20 20" aria-hidden="true">
      <rect className={styles.second} x="1" y="9" width="5" height="8" rx="1" />
      <rect className={styles.first} x="7.5" y="3" width="5" height="14" rx="1" />
      <rect className={styles.third} x="14" y="11" width="5" height="6" rx="1" />
    </svg>
  )
}
