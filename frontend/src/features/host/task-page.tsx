import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useId } from 'react'
import { draftQuery, type Manifest, metricsQuery } from '../../api/hosting.ts'
import { competitionQuery } from '../../api/queries.ts'
import type { TaskKind } from '../../api/types.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { formatNumber, formatShare } from '../../lib/format.ts'
import { Select } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import { Bones, ErrorState, Note } from '../../ui/state.tsx'
import styles from './host.module.css'
import { halfWidth } from './noise.ts'
import { ManifestSaveBar } from './save-bar.tsx'
import { useManifest } from './use-manifest.ts'

const route = getRouteApi('/competitions/$slug')

/** What is predicted, how it is scored, and how the solution is parted. */
export function TaskPage() {
  const host = useHostText()
  const { slug } = route.useParams()
  const form = useManifest(slug)
  const draft = useQuery(draftQuery(slug)).data
  const { manifest } = form
  if (form.loading.isPending) return <Bones rows={6} tall />
  if (!manifest) return <ErrorState error={form.loading.error} onRetry={() => void form.loading.refetch()} />
  const { task } = manifest
  const change = (part: Partial<Manifest['task']>) => form.change({ task: { ...task, ...part } })
  return (
    <>
      {draft && (
        <Note tone="good" title={host.understood}>
          <ul className={styles.list}>
            {draft.decisions.map((decision) => (
              <li key={decision}>{host.decision(decision)}</li>
            ))}
          </ul>
        </Note>
      )}
      <Panel title={host.sections.task}>
        <dl className={styles.facts}>
          <dt>{host.idColumn}</dt>
          <dd>
            <code>{task.id}</code>
          </dd>
          <dt>{host.target}</dt>
          <dd>
            <code>{[task.target ?? []].flat().join(', ')}</code>
          </dd>
          <dt>{host.kind}</dt>
          <dd>{host.kinds[task.kind]}</dd>
          {task.classes && (
            <>
              <dt>{host.classes}</dt>
              <dd>{task.classes.join(', ')}</dd>
            </>
          )}
        </dl>
        <MetricChoice
          kind={task.kind}
          metric={task.metric}
          onChange={(metric) => change({ metric, show: (task.show ?? []).filter((name) => name !== metric) })}
        />
      </Panel>
      <Panel title={host.split}>
        <SplitChoice
          slug={slug}
          manifest={manifest}
          onChange={(share) => form.change({ split: { ...manifest.split, public: share } })}
        />
      </Panel>
      <ManifestSaveBar slug={slug} section="task" form={form} />
    </>
  )
}

/** Metrics of the kind, with the mistake that each of them sees. The one in use may have a parameter: `ndcg@10`. */
function MetricChoice(props: { kind: TaskKind; metric: string; onChange(metric: string): void }) {
  const { t, language } = useWords()
  const metrics = useQuery(metricsQuery)
  const fitting = (metrics.data?.items ?? []).filter(
    ({ name, task_kinds }) => task_kinds.includes(props.kind) && !/[@<]/.test(name),
  )
  const names = [...new Set([props.metric, ...fitting.map(({ name }) => name)])]
  const base = props.metric.split('@')[0]
  const chosen = metrics.data?.items.find(({ name }) => name === props.metric || name.split('@')[0] === base)
  return (
    <div className={styles.group}>
      <Select
        label={t.competition.metric}
        value={props.metric}
        options={names.map((name) => [name, name] as const)}
        onChange={(event) => props.onChange(event.target.value)}
      />
      {chosen && (
        <div>
          <p className={styles.muted}>
            {chosen.direction === 'maximize' ? t.competition.higherIsBetter : t.competition.lowerIsBetter}
          </p>
          <RichText html={pick(chosen.explanation, language)} small />
        </div>
      )}
    </div>
  )
}

/** The share of public rows, and how well a score on them tells teams apart. */
function SplitChoice(props: { slug: string; manifest: Manifest; onChange(share: number): void }) {
  const { language } = useWords()
  const host = useHostText()
  const id = useId()
  const draft = useQuery(draftQuery(props.slug)).data
  const split = useQuery(competitionQuery(props.slug)).data?.split
  const share = props.manifest.split?.public ?? 0.3
  const rows =
    draft?.rows ??
    (split?.public_rows && split.public_share ? split.public_rows / split.public_share : undefined)
  const publicRows = rows === undefined ? undefined : Math.round(rows * share)
  const known =
    draft?.public_half_width && draft.public_rows
      ? { width: draft.public_half_width, rows: draft.public_rows }
      : undefined
  const width = publicRows ? halfWidth(publicRows, known) : undefined
  return (
    <div className={styles.group}>
      <label htmlFor={id}>{host.publicShare(formatShare(share, language))}</label>
      <input
        id={id}
        className={styles.range}
        type="range"
        min={10}
        max={90}
        step={5}
        value={Math.round(share * 100)}
        onChange={(event) => props.onChange(Number(event.target.value) / 100)}
      />
      {publicRows !== undefined && (
        <p className={styles.adviser} role="status">
          {width === undefined
            ? host.publicRows(formatNumber(publicRows, language))
            : host.noise(formatNumber(publicRows, language), formatNumber(width * 100, language, 1))}
        </p>
      )}
      <p className={styles.muted}>{host.noiseText}</p>
    </div>
  )
}
