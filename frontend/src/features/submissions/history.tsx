import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import Download from 'lucide-react/icons/download'
import { useState } from 'react'
import { urls, withdrawSubmission } from '../../api/client.ts'
import { submissionsQuery } from '../../api/queries.ts'
import type { Submission, SubmissionState } from '../../api/types.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonAnchor } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { More } from '../../ui/more.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { ChooseFinal } from './choose-final.tsx'
import { FaultTable } from './fault-table.tsx'
import styles from './history.module.css'
import { Notices } from './outcome.tsx'

/** Every entry of the team, the refused ones too, newest first. */
export function History({ slug }: { slug: string }) {
  const t = useText()
  const list = useInfiniteQuery(submissionsQuery(slug))
  const entries = list.data?.pages.flatMap((page) => page.items)
  return (
    <Panel title={t.submit.history}>
      {list.isPending && <Bones rows={3} tall />}
      {list.isError && !entries && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {entries?.length === 0 && (
        <EmptyState title={t.submit.historyEmpty}>{t.submit.historyEmptyText}</EmptyState>
      )}
      {entries && entries.length > 0 && (
        <div className={styles.frame}>
          <table className={styles.table}>
            <caption className={styles.caption}>{t.submit.history}</caption>
            <thead>
              <tr>
                <th scope="col" className={styles.number}>
                  {t.submit.number}
                </th>
                <th scope="col">{t.submit.file}</th>
                <th scope="col">{t.submit.state}</th>
                <th scope="col" className={styles.number}>
                  {t.submit.score}
                </th>
                <th scope="col" className={`${styles.number} ${styles.wide}`}>
                  {t.submit.when}
                </th>
                <th scope="col" className={styles.wide}>
                  <span className={styles.caption}>{t.data.download}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <Entry key={entry.id} slug={slug} entry={entry} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More list={list} centred />
    </Panel>
  )
}

const tones: Record<SubmissionState, 'neutral' | 'good' | 'bad' | 'warn'> = {
  queued: 'neutral',
  scoring: 'neutral',
  scored: 'good',
  invalid: 'bad',
  platform_error: 'warn',
  withdrawn: 'neutral',
}

function Entry({ slug, entry }: { slug: string; entry: Submission }) {
  const { t, language } = useWords()
  const client = useQueryClient()
  const [open, setOpen] = useState(false)
  const withdraw = useMutation({
    mutationFn: withdrawSubmission,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['submissions', slug] })
      void client.invalidateQueries({ queryKey: ['competition', slug] })
    },
  })
  const [main, ...also] = entry.scores
  const canOpen = entry.error_count > 0 || entry.notices.length > 0
  return (
    <>
      <tr className={entry.is_best ? styles.best : undefined}>
        <td className={styles.number}>{formatNumber(entry.number, language)}</td>
        <th scope="row" className={styles.file}>
          {entry.file_name}
          {entry.note && <p className={styles.note}>{entry.note}</p>}
          <p className={styles.muted}>
            {t.submit.by(entry.submitted_by)}
            <span className={styles.narrow}>
              {' · '}
              <RelativeTime at={entry.accepted_at} />
            </span>
          </p>
        </th>
        <td>
          <Badge tone={tones[entry.state]}>{t.submit.states[entry.state]}</Badge>
          <p className={styles.status}>{pick(entry.status.text, language)}</p>
          {canOpen && (
            <div>
              <Button kind="plain" small aria-expanded={open} onClick={() => setOpen(!open)}>
                {entry.error_count > 0 ? t.submit.showFaults(entry.error_count) : t.submit.notices}
              </Button>
            </div>
          )}
          {entry.state === 'queued' && (
            <div>
              <Confirm
                title={t.submit.withdrawTitle(entry.number)}
                text={t.submit.withdrawText}
                action={t.submit.withdraw}
                onConfirm={() => withdraw.mutate(entry.id)}
              >
                {t.submit.withdraw}
              </Confirm>
            </div>
          )}
          <ChooseFinal slug={slug} entry={entry} />
          {withdraw.error && <ProblemNote error={withdraw.error} />}
        </td>
        <td className={styles.number}>
          {main?.score ? (
            <>
              <strong>{main.score}</strong>
              {main.standard_error && <span className={styles.muted}> ±{main.standard_error}</span>}
            </>
          ) : (
            <span className={styles.muted}>–</span>
          )}
          {also.map((score) => (
            <p key={score.metric} className={styles.muted}>
              {score.metric} {score.score ?? '–'}
            </p>
          ))}
          {entry.is_best && (
            <p>
              <Badge tone="solid">{t.submit.bestMark}</Badge>
            </p>
          )}
        </td>
        <td className={`${styles.number} ${styles.wide} ${styles.muted}`}>
          <RelativeTime at={entry.accepted_at} />
        </td>
        <td className={styles.wide}>
          <ButtonAnchor
            href={urls.submissionFile(entry.id)}
            download={entry.file_name}
            kind="plain"
            small
            icon={<Download aria-hidden="true" />}
            aria-label={t.submit.downloadEntry(entry.number)}
            title={t.submit.downloadEntry(entry.number)}
          />
        </td>
      </tr>
      {open && (
        <tr className={styles.detail}>
          <td colSpan={6}>
            <FaultTable faults={entry.errors} count={entry.error_count} />
            <Notices notices={entry.notices} />
          </td>
        </tr>
      )}
    </>
  )
}
