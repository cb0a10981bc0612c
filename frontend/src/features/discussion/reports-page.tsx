import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { moderatePost, type Report, reportsQuery } from '../../api/moderation.ts'
import { competitionQuery } from '../../api/queries.ts'
import { useDiscussionText } from '../../i18n/discussion/use-discussion-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { More } from '../../ui/more.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Bones, EmptyState, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { AllThreads } from './all-threads.tsx'
import styles from './reports-page.module.css'

const route = getRouteApi('/competitions/$slug')

/** What readers reported, for the hosts: hide the post or leave it, and the report is decided. */
export function ReportsPage() {
  const t = useText()
  const discussion = useDiscussionText()
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  usePageTitle(discussion.reports)
  const [view, setView] = useState<'waiting' | 'all'>('waiting')
  const list = useInfiniteQuery({
    ...reportsQuery(slug, view === 'all'),
    enabled: competition?.is_host === true,
  })
  const reports = list.data?.pages.flatMap((page) => page.items)
  if (competition && !competition.is_host)
    return <EmptyState title={t.shell.notFound}>{t.shell.notFoundText}</EmptyState>
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <AllThreads slug={slug} />
        <h2 className={styles.title}>{discussion.reports}</h2>
        <Segments
          label={discussion.reports}
          value={view}
          options={[
            ['waiting', discussion.reportViews.waiting],
            ['all', discussion.reportViews.all],
          ]}
          onChange={setView}
        />
      </div>
      {list.isPending && <Bones rows={4} tall />}
      {list.isError && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {reports?.length === 0 && (
        <EmptyState title={discussion.noReports}>{discussion.noReportsText}</EmptyState>
      )}
      <ul className={styles.list}>
        {reports?.map((report) => (
          <li key={report.id}>
            <OneReport slug={slug} report={report} />
          </li>
        ))}
      </ul>
      <More list={list} />
    </div>
  )
}

function OneReport({ slug, report }: { slug: string; report: Report }) {
  const discussion = useDiscussionText()
  const client = useQueryClient()
  const decide = useMutation({
    mutationFn: (is_hidden: boolean) => moderatePost(report.post_id, { is_hidden }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['reports', slug] }),
        client.invalidateQueries({ queryKey: ['posts', report.thread_id] }),
      ]),
  })
  return (
    <article className={styles.report}>
      <p className={styles.by}>
        {discussion.reportedBy(report.reporter)} · <RelativeTime at={report.created_at} />{' '}
        {report.decision && (
          <Badge tone={report.is_hidden ? 'warn' : 'neutral'}>
            {report.is_hidden ? discussion.decisions.hidden : discussion.decisions.kept}
          </Badge>
        )}
      </p>
      <p className={styles.reason}>{report.reason}</p>
      <blockquote className={styles.post}>
        <RichText html={report.html} small />
      </blockquote>
      <p>
        <TextLink
          to="/competitions/$slug/discussion/$thread"
          params={{ slug, thread: String(report.thread_id) }}
          hash={`post-${report.post_id}`}
        >
          {report.thread_title}
        </TextLink>
      </p>
      <div className={styles.actions}>
        {!report.is_hidden && (
          <Button small busy={decide.isPending} onClick={() => decide.mutate(true)}>
            {discussion.hide}
          </Button>
        )}
        {(report.is_hidden || !report.decision) && (
          <Button small busy={decide.isPending} onClick={() => decide.mutate(false)}>
            {report.is_hidden ? discussion.showAgain : discussion.keep}
          </Button>
        )}
      </div>
      {decide.error && <ProblemNote error={decide.error} />}
    </article>
  )
}
