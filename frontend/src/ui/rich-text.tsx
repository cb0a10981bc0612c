import { useMemo } from 'react'
import { trustServerHtml } from '../lib/trusted.ts'
import styles from './rich-text.module.css'

/** Text that the server rendered from Markdown and sanitised: the only way by which HTML enters the page. */
export function RichText({ html, small }: { html: string; small?: boolean }) {
  const trusted = useMemo(() => ({ __html: trustServerHtml(html) }), [html])
  return (
    <div
      className={small ? `${styles.text} ${styles.small}` : styles.text}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by the server, and Trusted Types guard the sink
      dangerouslySetInnerHTML={trusted}
    />
  )
}
