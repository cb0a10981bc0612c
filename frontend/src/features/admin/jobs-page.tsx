import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { cancelJob, type Job, jobsQuery, retryJob } from '../../api/admin.ts'
import { useAdminText } from '../../i18n/admin/use-admin-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { More } from '../../ui/more.tsx'
import { Bones, EmptyState, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'

const tones: Record<string, 'neutral' | 'good' | 'bad' | 'warn'> = {
  queued: 'neutral',
  running: 'good',
  failed: 'bad',
  parked: 'bad',
}

/** What the server works on, and what it gave up. */
export function JobsPage() {
  const { language } = useWords()
  const admin = useAdminText()
  const client = useQueryClient()
  const list = useInfiniteQuery(jobsQuery)
  const change = useMutation({
    mutationFn: ({ id, way }: { id: number; way: 'retry' | 'cancel' }) =>
      way === 'retry' ? retryJob(id) : cancelJob(id),
    onSettled: () => client.invalidateQueries({ queryKey: jobsQuery.queryKey }),
  })
  const jobs = list.data?.pages.flatMap((page) => page.items)
  const counts = list.data?.pages[0]
  if (list.isPending) return <Bones rows={4} tall />
  if (!jobs || !counts) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  const number = (value: number) => formatNumber(value, language)
  return (
    <>
      <p>
        {admin.jobCounts(number(counts.queued), number(counts.running), number(counts.stopped))}{' '}
        {counts.oldest && <RelativeTime at={counts.oldest}>{admin.oldest}</RelativeTime>}
      </p>
      {change.error && <ProblemNote error={change.error} />}
      {jobs.length === 0 ? (
        <EmptyState title={admin.noJobs}>{admin.noJobsText}</EmptyState>
      ) : (
        <Table
          label={admin.views.jobs}
          columns={[
            { name: admin.job },
            { name: admin.state },
            { name: admin.when, wide: true },
            { name: admin.actions, kind: 'action' },
          ]}
        >
          {jobs.map((job) => (
            <Row
              key={job.id}
              job={job}
              isBusy={change.isPending && change.variables.id === job.id}
              onChange={(way) => change.mutate({ id: job.id, way })}
            />
          ))}
        </Table>
      )}
      <More list={list} />
    </>
  )
}

function Row(props: { job: Job; isBusy: boolean; onChange(way: 'retry' | 'cancel'): void }) {
  const { t, language } = useWords()
  const admin = useAdminText()
  const { job, isBusy, onChange } = props
  const id = formatNumber(job.id, language)
  return (
    <tr>
      <Cell head>
        {admin.jobNumber(id)} · {admin.jobKinds[job.kind] ?? job.kind}
        {job.last_error && <Aside>{job.last_error}</Aside>}
        <Aside narrow>
          <RelativeTime at={job.created_at} />
        </Aside>
      </Cell>
      <Cell>
        <Badge tone={tones[job.state] ?? 'neutral'}>{admin.jobStates[job.state] ?? job.state}</Badge>
        {job.attempts > 0 && <Aside>{admin.attempts(job.attempts)}</Aside>}
      </Cell>
      <Cell wide>
        <RelativeTime at={job.created_at} />
      </Cell>
      <Cell kind="action">
        {(job.state === 'failed' || job.state === 'parked') && (
          <Button small busy={isBusy} aria-label={admin.retryJob(id)} onClick={() => onChange('retry')}>
            {t.common.retry}
          </Button>
        )}
        {job.state === 'queued' && (
          <Confirm
            label={admin.cancelJob(id)}
            title={admin.cancelTitle(id)}
            text={admin.cancelText}
            action={admin.cancel}
            onConfirm={() => onChange('cancel')}
          >
            {admin.cancel}
          </Confirm>
        )}
      </Cell>
    </tr>
  )
}
