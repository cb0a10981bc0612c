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
            <HoursOrDate
              label={host.release}
              neither="host"
              names={host.releases}
              value={dates.private_release ?? 'host'}
              end={dates.end}
              hoursLabel={host.releaseHours}
              fewestHours={0}
              dateLabel={host.releaseDate}
              onChange={(private_release) => change({ private_release })}
            />
            {/* From when on the public leaderboard stands still. */}
            <HoursOrDate
              label={host.freeze}
              neither="never"
              names={host.freezes}
              value={dates.freeze || 'never'}
              end={dates.end}
              hoursLabel={host.freezeHours}
              fewestHours={1}
              dateLabel={host.freezeDate}
              onChange={(freeze) => change({ freeze: freeze === 'never' ? null : freeze })}
            />
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

/** Hours from the end, a date, or neither, which has a name of its own. */
function HoursOrDate<Neither extends string>(props: {
  label: string
  neither: Neither
  names: Record<Neither | 'hours' | 'date', string>
  value: string
  end: string
  hoursLabel: string
  fewestHours: number
  dateLabel: string
  onChange(value: string): void
}) {
  const { neither, names, value, onChange } = props
  const kind = value === neither ? neither : /^\d+$/.test(value) ? 'hours' : 'date'
  const first = (chosen: string) => (chosen === 'hours' ? '24' : chosen === 'date' ? props.end : neither)
  return (
    <>
      <Select
        label={props.label}
        value={kind}
        options={([neither, 'hours', 'date'] as const).map((name) => [name, names[name]] as const)}
        onChange={(event) => onChange(first(event.target.value))}
      />
      {kind === 'hours' && (
        <TextField
          label={props.hoursLabel}
          type="number"
          min={props.fewestHours}
          value={value}
          onChange={(event) => onChange(event.target.value || String(props.fewestHours))}
        />
      )}
      {kind === 'date' && <LocalField label={props.dateLabel} value={value} onChange={onChange} />}
    </>
  )
}
