import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import Search from 'lucide-react/icons/search'
import { useState } from 'react'
import { type Account, jobsQuery, retryJob, updateUser, usersQuery } from '../../api/admin.ts'
import { meQuery } from '../../api/queries.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { AuditTable } from '../../ui/audit-table.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Bones, EmptyState, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { Day, RelativeTime } from '../../ui/time.tsx'
import styles from './admin-page.module.css'

const route = getRouteApi('/admin')
const views = ['users', 'jobs', 'audit'] as const

/** The administrator's pages: who is here, what the server works on, what was done. */
export function AdminPage() {
  const { t } = useWords()
  const host = useHostText()
  usePageTitle(t.shell.admin)
  const { view = 'users' } = route.useSearch()
  const navigate = useNavigate()
  const me = useQuery(meQuery)
  if (me.isPending) return <Bones rows={6} />
  if (me.data?.user?.role !== 'admin')
    return <EmptyState title={t.problems.admin_only[0]}>{t.problems.admin_only[1]}</EmptyState>
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>{t.shell.admin}</h1>
      <Segments
        label={t.shell.admin}
        value={view}
        options={views.map((name) => [name, host.admin.views[name]] as const)}
        onChange={(chosen) => void navigate({ to: '/admin', search: { view: chosen } })}
      />
      {view === 'users' && <Users meId={me.data.user.id} />}
      {view === 'jobs' && <Jobs />}
      {view === 'audit' && <AuditTable />}
    </div>
  )
}

function Users({ meId }: { meId: number }) {
  const { t } = useWords()
  const accounts = useAccountsText()
  const host = useHostText()
  const client = useQueryClient()
  const [typed, setTyped] = useState('')
  const list = useInfiniteQuery(usersQuery(useSettled(typed.trim(), 250)))
  const change = useMutation({
    mutationFn: ({ id, ...wish }: { id: number; role?: string; state?: string }) => updateUser(id, wish),
    onSuccess: () => client.invalidateQueries({ queryKey: ['admin', 'users'] }),
  })
  const users = list.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <search className={styles.search}>
        <TextField
          label={host.admin.searchUsers}
          hideLabel
          type="search"
          placeholder={host.admin.searchUsers}
          icon={<Search />}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </search>
      {change.error && <ProblemNote error={change.error} />}
      {list.isPending && <Bones rows={6} tall />}
      {list.isError && !users && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {users?.length === 0 && <EmptyState title={host.admin.noUsers}>{typed}</EmptyState>}
      {users && users.length > 0 && (
        <div className={styles.frame}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{accounts.name}</th>
                <th scope="col">{host.admin.role}</th>
                <th scope="col" className={styles.wide}>
                  {host.admin.since}
                </th>
                <th scope="col">{t.submit.state}</th>
              </tr>
            </thead>
            <tbody>
              {users.map((user) => (
                <UserRow
                  key={user.id}
                  user={user}
                  isMe={user.id === meId}
                  onChange={(wish) => change.mutate({ id: user.id, ...wish })}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t.common.more}
          </Button>
        </div>
      )}
    </>
  )
}

function UserRow(props: {
  user: Account
  isMe: boolean
  onChange(wish: { role?: string; state?: string }): void
}) {
  const { t } = useWords()
  const accounts = useAccountsText()
  const host = useHostText()
  const { user, isMe, onChange } = props
  const isActive = user.state === 'active'
  return (
    <tr>
      <th scope="row">
        {user.name} {isMe && <Badge tone="solid">{t.common.you}</Badge>}
        <p className={styles.muted}>{user.email}</p>
      </th>
      <td>
        <Select
          label={host.admin.roleOf(user.name)}
          hideLabel
          value={user.role}
          disabled={isMe}
          options={(['participant', 'host', 'admin'] as const).map(
            (role) => [role, accounts.roles[role]] as const,
          )}
          onChange={(event) => onChange({ role: event.target.value })}
        />
      </td>
      <td className={styles.wide}>
        <Day at={user.created_at} />
      </td>
      <td>
        <Badge tone={isActive ? 'good' : 'bad'}>{host.admin.states[user.state]}</Badge>{' '}
        {!isMe &&
          (isActive ? (
            <Confirm
              label={host.admin.suspendUser(user.name)}
              title={host.admin.suspendTitle(user.name)}
              text={host.admin.suspendText}
              action={host.admin.suspend}
              onConfirm={() => onChange({ state: 'suspended' })}
            >
              {host.admin.suspend}
            </Confirm>
          ) : (
            <Button kind="plain" small onClick={() => onChange({ state: 'active' })}>
              {host.admin.restore}
            </Button>
          ))}
      </td>
    </tr>
  )
}

const jobTones: Record<string, 'neutral' | 'good' | 'bad' | 'warn'> = {
  queued: 'neutral',
  running: 'good',
  failed: 'bad',
  parked: 'bad',
}

function Jobs() {
  const { t, language } = useWords()
  const host = useHostText()
  const client = useQueryClient()
  const list = useInfiniteQuery(jobsQuery)
  const retry = useMutation({
    mutationFn: retryJob,
    onSuccess: () => client.invalidateQueries({ queryKey: jobsQuery.queryKey }),
  })
  const jobs = list.data?.pages.flatMap((page) => page.items)
  const counts = list.data?.pages[0]
  if (list.isPending) return <Bones rows={4} tall />
  if (!jobs || !counts) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  const number = (value: number) => formatNumber(value, language)
  return (
    <>
      <p>
        {host.admin.jobCounts(number(counts.queued), number(counts.running), number(counts.stopped))}{' '}
        {counts.oldest && <RelativeTime at={counts.oldest}>{host.admin.oldest}</RelativeTime>}
      </p>
      {retry.error && <ProblemNote error={retry.error} />}
      {jobs.length === 0 ? (
        <EmptyState title={host.admin.noJobs}>{host.admin.noJobsText}</EmptyState>
      ) : (
        <div className={styles.frame}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{host.admin.job}</th>
                <th scope="col">{t.submit.state}</th>
                <th scope="col" className={styles.wide}>
                  {t.submit.when}
                </th>
                <th scope="col">{host.action}</th>
              </tr>
            </thead>
            <tbody>
              {jobs.map((job) => (
                <tr key={job.id}>
                  <th scope="row">
                    {number(job.id)} <code>{job.kind}</code>
                    {job.last_error && <p className={styles.muted}>{job.last_error}</p>}
                  </th>
                  <td>
                    <Badge tone={jobTones[job.state] ?? 'neutral'}>
                      {host.admin.jobStates[job.state] ?? job.state}
                    </Badge>
                  </td>
                  <td className={styles.wide}>
                    <RelativeTime at={job.created_at} />
                  </td>
                  <td>
                    {(job.state === 'failed' || job.state === 'parked') && (
                      <Button
                        small
                        busy={retry.isPending && retry.variables === job.id}
                        aria-label={host.admin.retryJob(number(job.id))}
                        onClick={() => retry.mutate(job.id)}
                      >
                        {t.common.retry}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t.common.more}
          </Button>
        </div>
      )}
    </>
  )
}
