import { useQuery } from '@tanstack/react-query'
import CircleX from 'lucide-react/icons/circle-x'
import TrendingDown from 'lucide-react/icons/trending-down'
import TrendingUp from 'lucide-react/icons/trending-up'
import { submissionQuery } from '../../api/queries.ts'
import type { Submission } from '../../api/types.ts'
import { useText, useWords } from '../../i18n/text-provider.tsx'
import { formatInstant, formatNumber } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Bones, ErrorState, Note } from '../../ui/state.tsx'
import { FaultTable } from './fault-table.tsx'
import { Notices } from './outcome.tsx'
import styles from './verdict.module.css'

/** What became of an accepted entry: its place in the queue, then its score and rank. */
export function Verdict({ slug, id, onAnother }: { slug: string; id: number; onAnother(): void }) {
  const { t, language } = useWords()
  const submission = useQuery(submissionQuery(id))
  if (submission.isPending) return <Bones rows={4} />
  if (!submission.data)
    return <ErrorState error={submission.error} onRetry={() => void submission.refetch()} />
  const entry = submission.data
  return (
    <section className={styles.verdict} aria-live="polite" aria-label={t.submit.entry(entry.number)}>
      <State entry={entry} />
      <p className={styles.receipt}>
        {t.submit.receiptText(entry.number, formatInstant(new Date(entry.accepted_at), language))}
        {' · '}
        <code title={entry.sha256}>SHA-256 {entry.sha256.slice(0, 12)}…</code>
      </p>
      <div className={styles.actions}>
        <ButtonLink
          to="/competitions/$slug/leaderboard"
          params={{ slug }}
          search={entry.rank ? { rank: entry.rank } : {}}
        >
          {t.submit.seeBoard}
        </ButtonLink>
        <Button onClick={onAnother}>{t.submit.another}</Button>
      </div>
    </section>
  )
}

function State({ entry }: { entry: Submission }) {
  const t = useText()
  switch (entry.state) {
    case 'queued':
      return (
        <div className={styles.waiting}>
          <p className={styles.step}>{t.submit.queued}</p>
          {entry.queue_position != null && (
            <p className={styles.muted}>{t.submit.queuedAt(entry.queue_position)}</p>
          )}
          <Progress label={t.submit.queued} value={undefined} />
        </div>
      )
    case 'scoring':
      return (
        <div className={styles.waiting}>
          <p className={styles.step}>{t.submit.scoring}</p>
          <Progress label={t.submit.scoring} value={undefined} />
        </div>
      )
    case 'scored':
      return <Scored entry={entry} />
    case 'invalid':
      return (
        <div className={styles.waiting}>
          <Note tone="bad" title={t.submit.refused} icon={<CircleX aria-hidden="true" />}>
            <p>{t.submit.refusedText(entry.error_count)}</p>
          </Note>
          <FaultTable faults={entry.errors} count={entry.error_count} />
        </div>
      )
    case 'platform_error':
      return (
        <Note tone="warn" title={t.submit.platformError}>
          <p>{t.submit.platformErrorText}</p>
        </Note>
      )
    case 'withdrawn':
      return <Note tone="neutral">{t.submit.withdrawnText}</Note>
  }
}

function Scored({ entry }: { entry: Submission }) {
  const { t, language } = useWords()
  const [main, ...also] = entry.scores
  const rank = (value: number) => formatNumber(value, language)
  const moved = entry.rank != null && entry.rank_before != null ? entry.rank_before - entry.rank : 0
  return (
    <div className={styles.scored}>
      <div className={styles.numbers}>
        <div>
          <p className={styles.name}>
            {t.submit.score} <code>{main?.metric}</code>
          </p>
          <p className={styles.score} data-testid="score">
            {main?.score ?? t.submit.scoreUndefined}
            {main?.standard_error && (
              <span className={styles.error} title={t.submit.uncertaintyLabel}>
                {' '}
                {t.submit.uncertainty(main.standard_error)}
              </span>
            )}
          </p>
          {main?.error && <p className={styles.muted}>{t.faultText(main.error)}</p>}
        </div>
        {entry.rank != null && (
          <div>
            <p className={styles.name}>{t.submit.rank}</p>
            <p className={styles.score} data-testid="rank">
              {rank(entry.rank)}
            </p>
            <p className={styles.move}>
              {entry.rank_before == null ? (
                t.submit.firstRank
              ) : moved === 0 ? (
                t.submit.rankSame
              ) : (
                <span className={moved > 0 ? styles.up : styles.down}>
                  {moved > 0 ? <TrendingUp aria-hidden="true" /> : <TrendingDown aria-hidden="true" />}
                  {t.submit.rankBefore(rank(entry.rank_before), rank(entry.rank))}
                </span>
              )}
            </p>
          </div>
        )}
        {also.map((score) => (
          <div key={score.metric}>
            <p className={styles.name}>
              <code>{score.metric}</code>
            </p>
            <p className={styles.second}>
              {score.score ?? t.submit.scoreUndefined}
              {score.standard_error && (
                <span className={styles.error}> {t.submit.uncertainty(score.standard_error)}</span>
              )}
            </p>
          </div>
        ))}
      </div>
      <p>
        {entry.is_late ? (
          <Badge tone="warn">{t.submit.late}</Badge>
        ) : entry.is_best ? (
          <Badge tone="good">{t.submit.best}</Badge>
        ) : (
          <span className={styles.muted}>{t.submit.notBest}</span>
        )}
      </p>
      <Notices notices={entry.notices} />
    </div>
  )
}
