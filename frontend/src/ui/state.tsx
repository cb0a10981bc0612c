import type { ReactNode } from 'react'
import { type ApiProblem, asProblem } from '../api/problem.ts'
import { useText } from '../i18n/text-provider.tsx'
import { Button } from './button.tsx'
import styles from './state.module.css'

/** What stands where there is nothing to show: what this is, and the way on. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={styles.state}>
      <p className={styles.title}>{title}</p>
      {children && <div className={styles.text}>{children}</div>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}

/** What stands where something failed to load. The problem's code chooses the words. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useText()
  const problem = asProblem(error)
  const [title, text] = t.problems[problem.code]
  return (
    <div className={styles.state} role="alert">
      <p className={styles.title}>{title}</p>
      <p className={styles.text}>{text}</p>
      {onRetry && (
        <div className={styles.action}>
          <Button onClick={onRetry}>{t.common.retry}</Button>
        </div>
      )}
      <RequestId problem={problem} />
    </div>
  )
}

/** A problem beside the thing that was tried, such as under a form. */
export function ProblemNote({ error, children }: { error: unknown; children?: ReactNode }) {
  const t = useText()
  const problem = asProblem(error)
  const [title, text] = t.problems[problem.code]
  return (
    <Note tone="bad" title={title} alert>
      <p>{text}</p>
      {children}
      <RequestId problem={problem} />
    </Note>
  )
}

/** A framed remark. */
export function Note({
  tone,
  title,
  icon,
  alert,
  children,
}: {
  tone: 'neutral' | 'good' | 'bad' | 'warn'
  title?: string
  icon?: ReactNode
  /** Spoken at once, because it answers what the reader just did. */
  alert?: boolean
  children?: ReactNode
}) {
  return (
    <div className={`${styles.note} ${styles[tone]}`} role={alert ? 'alert' : undefined}>
      {title && (
        <p className={styles.noteTitle}>
          {icon}
          {title}
        </p>
      )}
      {children}
    </div>
  )
}

function RequestId({ problem }: { problem: ApiProblem }) {
  const t = useText()
  if (!problem.requestId || problem.status < 500) return null
  return <p className={styles.request}>{t.common.requestId(problem.requestId)}</p>
}

/** Grey bars of the size of what is coming. They appear only after 150 ms, so that fast answers do not flicker. */
export function Bones({ rows = 3, tall }: { rows?: number; tall?: boolean }) {
  const t = useText()
  return (
    <div className={styles.bones} role="status" aria-label={t.common.loading}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike
        <div key={row} className={tall ? `${styles.bone} ${styles.tall}` : styles.bone} />
      ))}
    </div>
  )
}
