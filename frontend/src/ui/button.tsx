import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import styles from './button.module.css'

interface Look {
  /** One primary button a screen; `danger` is red text, `plain` has no border. */
  kind?: 'primary' | 'secondary' | 'plain' | 'danger'
  small?: boolean
  wide?: boolean
  icon?: ReactNode
}

const classOf = ({ kind = 'secondary', small, wide }: Look) =>
  [styles.button, styles[kind], small && styles.small, wide && styles.wide].filter(Boolean).join(' ')

type ButtonProps = Look &
  Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> & {
    /** Shows that the press is being worked on; further presses do nothing. */
    busy?: boolean
    ref?: Ref<HTMLButtonElement>
  }

export function Button({ kind, small, wide, icon, busy, children, disabled, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classOf({ ...(kind && { kind }), ...(small && { small }), ...(wide && { wide }) })}
      disabled={disabled}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => (busy ? event.preventDefault() : onClick?.(event))}
    >
      {busy ? <span className={styles.spinner} aria-hidden="true" /> : icon}
      {children}
    </button>
  )
}

type AnchorProps = Look &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'className'> & { ref?: Ref<HTMLAnchorElement> }

/** A link to a file or to another site that looks like a button. */
export function ButtonAnchor({ kind, small, wide, icon, children, ...rest }: AnchorProps) {
  return (
    <a
      {...rest}
      className={classOf({ ...(kind && { kind }), ...(small && { small }), ...(wide && { wide }) })}
    >
      {icon}
      {children}
    </a>
  )
}

/** A link to a page that looks like a button. */
export const ButtonLink = createLink(ButtonAnchor)

type IconButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'children'> & {
  label: string
  icon: ReactNode
  ref?: Ref<HTMLButtonElement>
}

/** A button with a picture only; `label` is its name and its tooltip. */
export function IconButton({ label, icon, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${styles.button} ${styles.plain} ${styles.icon}`}
      aria-label={label}
      title={label}
    >
      {icon}
    </button>
  )
}
