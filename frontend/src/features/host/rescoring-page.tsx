import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { manifestQuery, metricsQuery } from '../../api/hosting.ts'
import { asProblem } from '../../api/problem.ts'
import { beginRescore, type Rescore, rescoresQuery } from '../../api/running.ts'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Select, TextArea } from '../../ui/field.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { FaultsNote } from './faults-note.tsx'
import styles from './host.module.css'
import { Preview } from './rescore-preview.tsx'

const route = getRouteApi('/competitions/$slug')

/** A wrong label, or another metric: score everything again, look who moves, then publish or drop it. */
export function RescoringPage() {
  const running = useRunningText()
  const { slug } = route.useParams()
  const list = useQuery(rescoresQuery(slug))
  if (list.isPending) return <Bones rows={6} tall />
  if (!list.data) return <ErrorState error={list.error} onRetry={() => void list.refetch()} />
  const open = list.data.items.find(({ state }) => state === 'open')
  return (
    <>
      {open ? <Preview key={open.id} slug={slug} id={open.id} /> : <Begin slug={slug} />}
      <Panel title={running.rescorings}>
        <History items={list.data.items.filter(({ state }) => state !== 'open')} />
      </Panel>
    </>
  )
}

function Begin({ slug }: { slug: string }) {
  const { t } = useWords()
  const running = useRunningText()
  const client = useQueryClient()
  const task = useQuery(manifestQuery(slug)).data?.task
  const metrics = useQuery(metricsQuery).data?.items ?? []
  const [file, setFile] = useState<File>()
  const [metric, setMetric] = useState('')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const begin = useMutation({
    mutationFn: () => beginRescore(slug, { reason: reason.trim(), metric, solution: file }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['rescores', slug] }),
  })
  const problem = begin.error ? asProblem(begin.error) : undefined
  const fitting = metrics.filter(
    ({ name, task_kinds }) =>
      task && task_kinds.includes(task.kind) && name !== task.metric && !/[@<]/.test(name),
  )
  const hasWork = file !== undefined || metric !== ''
  return (
    <Panel title={running.scoreAgain}>
      <p className={styles.muted}>{running.scoreAgainText}</p>
      <form
        className={styles.group}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (hasWork && reason.trim() && !begin.isPending) begin.mutate()
        }}
      >
        <FileDrop
          file={file}
          title={running.dropSolution}
          text={running.dropSolutionText}
          error={tried && !hasWork ? running.nothingToScore : undefined}
          disabled={begin.isPending}
          onChange={setFile}
        />
        <Select
          label={running.metric}
          value={metric}
          options={[
            ['', running.sameMetric(task?.metric ?? '')],
            ...fitting.map(({ name }) => [name, name] as const),
          ]}
          onChange={(event) => setMetric(event.target.value)}
        />
        <TextArea
          label={running.reason}
          hint={running.reasonHint}
          rows={2}
          maxLength={500}
          value={reason}
          error={tried && !reason.trim() ? t.common.required : t.fieldText(problem?.field('reason'))}
          onChange={(event) => setReason(event.target.value)}
        />
        {problem && !problem.field('reason') && <FaultsNote problem={problem} by="line" />}
        <div>
          <Button kind="primary" type="submit" busy={begin.isPending}>
            {running.preview}
          </Button>
        </div>
      </form>
    </Panel>
  )
}

function History({ items }: { items: Rescore[] }) {
  const { language } = useWords()
  const running = useRunningText()
  if (items.length === 0)
    return <EmptyState title={running.noRescorings}>{running.noRescoringsText}</EmptyState>
  const number = (value: number) => formatNumber(value, language)
  return (
    <Table
      label={running.rescorings}
      columns={[
        { name: running.solution },
        { name: running.metric, wide: true },
        { name: running.state },
        { name: running.moved, kind: 'number' },
        { name: running.when, wide: true },
      ]}
    >
      {items.map((rescore) => (
        <tr key={rescore.id}>
          <Cell head>
            {running.version(number(rescore.version))}
            <Aside>{rescore.reason}</Aside>
          </Cell>
          <Cell wide>
            <code>{rescore.metric}</code>
          </Cell>
          <Cell>
            <Badge tone={rescore.state === 'published' ? 'good' : 'neutral'}>
              {running.rescoreStates[rescore.state]}
            </Badge>
          </Cell>
          <Cell kind="number">{rescore.moved == null ? '' : number(rescore.moved)}</Cell>
          <Cell wide>
            <RelativeTime at={rescore.decided_at ?? rescore.created_at} />
          </Cell>
        </tr>
      ))}
    </Table>
  )
}
