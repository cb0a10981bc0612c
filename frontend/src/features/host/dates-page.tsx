import { getRouteApi } from '@tanstack/react-router'
import type { Manifest } from '../../api/hosting.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState } from '../../ui/state.tsx'
import { zones } from './choices.ts'
import styles from './host.module.css'
import { ManifestSaveBar } from './save-bar.tsx'
import { Timeline } from './timeline.tsx'
import { useManifest } from './use-manifest.ts'

const route = getRouteApi('/competitions/$slug')

type Dates = Manifest['dates']

/** When what happens, on the competition's own clock, and how much a team may do. */
export function DatesPage() {
  const { t } = useWords()
  const host = useHostText()
  const { slug } = route.useParams()
  const form = useManifest(slug)
  const { manifest } = form
  if (form.loading.isPending) return <Bones rows={6} tall />
  if (!manifest) return <ErrorState error={form.loading.error} onRetry={() => void form.loading.refetch()} />
  const { dates } = manifest
  const limits = { entries_per_day: 5, finals: 2, team_size: 5, file_bytes: 20_000_000, ...manifest.limits }
  const change = (part: Partial<Dates>) => form.change({ dates: { ...dates, ...part } })
  const number = (name: keyof typeof limits, scale = 1) => ({
    type: 'number',
    min: 1,
    value: String(limits[name] / scale),
    onChange: (event: { target: { value: string } }) =>
      form.change({ limits: { ...limits, [name]: Math.round(Number(event.target.value) * scale) } }),
  })
  return (
    <>
      <Panel title={host.sections.dates}>
        <div className={styles.sides}>
          <div className={styles.group}>
            <Select
              label={host.zone}
              value={dates.zone ?? 'UTC'}
              options={zones().map((zone) => [zone, zone] as const)}
              onChange={(event) => change({ zone: event.target.value })}
            />
            <LocalField label={host.start} value={dates.start} onChange={(start) => change({ start })} />
            <LocalField label={host.end} value={dates.end} onChange={(end) => change({ end })} />
            <Release
              value={dates.private_release ?? 'host'}
              end={dates.end}
              onChange={(private_release) => change({ private_release })}
            />
            <Freeze value={dates.freeze ?? ''} end={dates.end} onChange={(freeze) => change({ freeze })} />
            <LocalField
              label={host.entryDeadline}
              hint={host.entryDeadlineHint}
              optional
              value={dates.entry_deadline ?? ''}
              onChange={(entry_deadline) => change({ entry_deadline: entry_deadline || null })}
            />
            <LocalField
              label={host.mergeDeadline}
              hint={host.mergeDeadlineHint}
              optional
              value={dates.merge_deadline ?? ''}
              onChange={(merge_deadline) => change({ merge_deadline: merge_deadline || null })}
            />
          </div>
          <Timeline dates={dates} perDay={limits.entries_per_day} />
        </div>
      </Panel>
      <Panel title={host.limits}>
        <div className={styles.pair}>
          <TextField label={t.competition.entriesPerDay} {...number('entries_per_day')} />
          <TextField label={t.competition.finals} {...number('finals')} />
          <TextField label={t.competition.teamSize} {...number('team_size')} />
          <TextField label={host.fileMegabytes} step="any" {...number('file_bytes', 1_000_000)} />
        </div>
      </Panel>
      <ManifestSaveBar slug={slug} section="dates" form={form} />
    </>
  )
}

/** A time on the competition's clock. The browser's field has no seconds; the manifest has. */
function LocalField(props: {
  label: string
  hint?: string
  value: string
  /** May be empty, which the end stands for. */
  optional?: boolean
  onChange(value: string): void
}) {
  const { label, hint, value, optional, onChange } = props
  return (
    <TextField
      label={label}
      hint={hint}
      optional={optional ?? false}
      type="datetime-local"
      value={value.slice(0, 16)}
      onChange={(event) => {
        if (event.target.value) onChange(`${event.target.value}:00`)
        else if (optional) onChange('')
      }}
    />
  )
}

type FreezeKind = 'never' | 'hours' | 'date'

/** From when on the public leaderboard stands still: hours before the end, or a date. */
function Freeze(props: { value: string; end: string; onChange(value: string | null): void }) {
  const host = useHostText()
  const { value, end, onChange } = props
  const kind: FreezeKind = value === '' ? 'never' : /^\d+$/.test(value) ? 'hours' : 'date'
  const first: Record<FreezeKind, string | null> = { never: null, hours: '24', date: end }
  return (
    <>
      <Select
        label={host.freeze}
        value={kind}
        options={(['never', 'hours', 'date'] as const).map((name) => [name, host.freezes[name]] as const)}
        onChange={(event) => onChange(first[event.target.value as FreezeKind])}
      />
      {kind === 'hours' && (
        <TextField
          label={host.freezeHours}
          type="number"
          min={1}
          value={value}
          onChange={(event) => onChange(event.target.value || '1')}
        />
      )}
      {kind === 'date' && <LocalField label={host.freezeDate} value={value} onChange={onChange} />}
    </>
  )
}

type ReleaseKind = 'host' | 'hours' | 'date'

function Release(props: { value: string; end: string; onChange(value: string): void }) {
  const host = useHostText()
  const { value, end, onChange } = props
  const kind: ReleaseKind = value === 'host' ? 'host' : /^\d+$/.test(value) ? 'hours' : 'date'
  const first: Record<ReleaseKind, string> = { host: 'host', hours: '24', date: end }
  return (
    <>
      <Select
        label={host.release}
        value={kind}
        options={(['host', 'hours', 'date'] as const).map((name) => [name, host.releases[name]] as const)}
        onChange={(event) => onChange(first[event.target.value as ReleaseKind])}
      />
      {kind === 'hours' && (
        <TextField
          label={host.releaseHours}
          type="number"
          min={0}
          value={value}
          onChange={(event) => onChange(event.target.value || '0')}
        />
      )}
      {kind === 'date' && <LocalField label={host.releaseDate} value={value} onChange={onChange} />}
    </>
  )
}
