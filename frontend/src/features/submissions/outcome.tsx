import CircleCheck from 'lucide-react/icons/circle-check'
import CircleX from 'lucide-react/icons/circle-x'
import type { ApiProblem } from '../../api/problem.ts'
import type { Notice } from '../../api/types.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Note, ProblemNote } from '../../ui/state.tsx'
import type { Attempt } from './attempt.ts'
import { FaultTable } from './fault-table.tsx'
import styles from './outcome.module.css'

/** How a try ended that made no entry: checked, refused, the same again, cancelled, or not possible now. */
export function Outcome({ attempt, onForce }: { attempt: Attempt; onForce(): void }) {
  const t = useText()
  switch (attempt.step) {
    case 'choosing':
    case 'sending':
    case 'accepted':
      return null
    case 'cancelled':
      return (
        <Note tone="neutral" alert>
          {t.submit.cancelled}
        </Note>
      )
    case 'checked':
      return (
        <Note tone="good" title={t.submit.checkPassed} icon={<CircleCheck aria-hidden="true" />} alert>
          <p>{t.submit.checkPassedText(attempt.check.rows)}</p>
          <Notices notices={attempt.check.notices} />
        </Note>
      )
    case 'failed':
      return <Failed kind={attempt.kind} problem={attempt.problem} onForce={onForce} />
  }
}

function Failed({
  kind,
  problem,
  onForce,
}: {
  kind: 'check' | 'submit'
  problem: ApiProblem
  onForce(): void
}) {
  const t = useText()
  if (problem.code === 'submission_invalid') {
    const count = Number(problem.extras.error_count ?? problem.errors.length)
    return (
      <div className={styles.refused}>
        <Note tone="bad" title={t.submit.refused} icon={<CircleX aria-hidden="true" />} alert>
          <p>{kind === 'check' ? t.submit.checkRefusedText(count) : t.submit.refusedText(count)}</p>
        </Note>
        <FaultTable faults={problem.errors} count={count} />
      </div>
    )
  }
  if (problem.code === 'duplicate_submission') {
    return (
      <Note tone="warn" title={t.submit.duplicate} alert>
        <p>{t.submit.duplicateText(Number(problem.extras.number ?? 0))}</p>
        <Button onClick={onForce}>{t.submit.submitAnyway}</Button>
      </Note>
    )
  }
  return <ProblemNote error={problem} />
}

/** What the server read although it was not written as asked for. */
export function Notices({ notices }: { notices: Notice[] }) {
  const t = useText()
  if (notices.length === 0) return null
  return (
    <div className={styles.notices}>
      <p className={styles.title}>{t.submit.notices}</p>
      <ul>
        {notices.map((notice) => (
          <li key={`${notice.code}${notice.message}`}>{t.noticeText(notice)}</li>
        ))}
      </ul>
    </div>
  )
}
