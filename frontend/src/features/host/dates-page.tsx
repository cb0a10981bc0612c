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
          </div>
          <WhatHappens dates={dates} perDay={limits.entries_per_day} />
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
function LocalField(props: { label: string; value: string; onChange(value: string): void }) {
  return (
    <TextField
      label={props.label}
      type="datetime-local"
      value={props.value.slice(0, 16)}
      onChange={(event) => event.target.value && props.onChange(`${event.target.value}:00`)}
    />
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

/** The same dates as a story, in order. */
function WhatHappens({ dates, perDay }: { dates: Dates; perDay: number }) {
  const host = useHostText()
  const write = (local: string) => local.replace('T', ' ').slice(0, 16)
  const release = dates.private_release ?? 'host'
  const last =
    release === 'host'
      ? host.happens.byHost
      : /^\d+$/.test(release)
        ? host.happens.afterHours(Number(release))
        : write(release)
  return (
    <div className={styles.group}>
      <h3>{host.whatHappens(dates.zone ?? 'UTC')}</h3>
      <ol className={styles.events}>
        <li>
          <p className={styles.when}>{write(dates.start)}</p>
          <p>{host.happens.start}</p>
        </li>
        <li>
          <p className={styles.when}>{host.happens.daily}</p>
          <p>{host.happens.quota(perDay)}</p>
        </li>
        <li>
          <p className={styles.when}>{write(dates.end)}</p>
          <p>{host.happens.end}</p>
        </li>
        <li>
          <p className={styles.when}>{last}</p>
          <p>{host.happens.release}</p>
        </li>
      </ol>
    </div>
  )
}
