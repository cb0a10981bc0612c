import { createLink } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'
import styles from './text-link.module.css'

/** A link in running text, to an address outside the pages. */
export function TextAnchor(
  props: Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'className'> & { ref?: Ref<HTMLAnchorElement> },
) {
  return <a {...props} className={styles.link} />
}

/** A link in running text, to a page. */
export const TextLink = createLink(TextAnchor)
