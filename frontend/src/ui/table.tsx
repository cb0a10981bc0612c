import type { ReactNode } from 'react'
import styles from './table.module.css'

/**
 * Numbers stand at the end; a rank takes no more room than it needs; a line to copy takes what the others leave; an
 * action's head is for screen readers.
 */
type Kind = 'number' | 'rank' | 'line' | 'action'

interface TableColumn {
  name: string
  kind?: Kind
  /** Left out on a phone; its cells carry `wide` as well. */
  wide?: boolean
}

/** A framed table of rows that fit on a page. What a phone leaves out stands in an `Aside` of the row's first cell. */
export function Table(props: { label: string; columns: readonly TableColumn[]; children: ReactNode }) {
  return (
    <div className={styles.frame}>
      <table className={styles.table}>
        <caption className={styles.hidden}>{props.label}</caption>
        <thead>
          <tr>
            {props.columns.map(({ name, kind, wide }) => (
              <th key={name} scope="col" className={classOf(kind, wide)}>
                {kind === 'action' ? <span className={styles.hidden}>{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  )
}

const classOf = (kind?: Kind, wide?: boolean) =>
  [kind && styles[kind], wide && styles.wide].filter(Boolean).join(' ') || undefined

/** A cell under the column of the same kind. `head` names the row. */
export function Cell(props: {
  kind?: Kind
  wide?: boolean
  head?: boolean
  span?: number
  children?: ReactNode
}) {
  const { kind, wide, head, span, children } = props
  if (head)
    return (
      <th scope="row" className={classOf(kind, wide)}>
        {children}
      </th>
    )
  return (
    <td className={classOf(kind, wide)} colSpan={span}>
      {kind === 'action' ? <span className={styles.buttons}>{children}</span> : children}
    </td>
  )
}

/** A second, quieter line in a cell; `narrow` only where its column is left out. */
export function Aside({ narrow, children }: { narrow?: boolean; children: ReactNode }) {
  return <p className={narrow ? `${styles.aside} ${styles.narrow}` : styles.aside}>{children}</p>
}
