import styles from './avatar.module.css'

/** The first letter of a name; decoration, the name itself always stands beside it. */
export function Avatar({ name }: { name: string }) {
  const letter = [...name][0]?.toUpperCase() ?? '?'
  // The same name has the same hue everywhere.
  const hue = [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 360, 7)
  return (
    <span className={styles.avatar} aria-hidden="true" style={{ '--hue': hue } as React.CSSProperties}>
      {letter}
    </span>
  )
}
