import { useMemo } from 'react'
import { trustServerHtml } from '../lib/trusted.ts'
import styles from './rich-text.module.css'

/**
 * Text that the server rendered from Markdown and sanitised: the only way by which HTML enters the page. `untitled` hides
 * a heading at its very start, for pages whose title stands above already.
 */
export function RichText({ html, small, untitled }: { html: string; small?: boolean; untitled?: boolean }) {
  const trusted = useMemo(() => ({ __html: trustServerHtml(html) }), [html])
  return (
    <div
      className={[styles.text, small && styles.small, untitled && styles.untitled].filter(Boolean).join(' ')}
      // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by the server, and Trusted Types guard the sink
      dangerouslySetInnerHTML={trusted}
    />
  )
}
