import styles from './progress.module.css'

/** A bar of known length, or one that only says that something is under way. */
export function Progress({ label, value }: { label: string; value: number | undefined }) {
  return (
    <progress
      className={styles.progress}
      aria-label={label}
      {...(value === undefined ? {} : { value, max: 1 })}
    />
  )
}
