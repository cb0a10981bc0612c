import Check from 'lucide-react/icons/check'
import Copy from 'lucide-react/icons/copy'
import { useEffect, useState } from 'react'
import { useText } from '../i18n/text-provider.tsx'
import { IconButton } from './button.tsx'
import styles from './command.module.css'

/** A line for a terminal, or another text to take away, with a button that copies it. */
export function Command({ text, label }: { text: string; label: string }) {
  const t = useText()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 2_000)
    return () => clearTimeout(timer)
  }, [copied])
  // The clipboard needs https or localhost; elsewhere the text is there to be selected.
  const canCopy = 'clipboard' in navigator
  return (
    <div className={styles.command}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long line scrolls, and the keyboard must reach that */}
      <section className={styles.text} tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </section>
      {canCopy && (
        <IconButton
          label={copied ? t.common.copied : t.common.copy}
          icon={copied ? <Check /> : <Copy />}
          onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
        />
      )}
    </div>
  )
}
