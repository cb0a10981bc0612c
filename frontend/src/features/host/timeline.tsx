import type { Manifest } from '../../api/hosting.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useMinute } from '../../lib/use-now.ts'
import { localOf } from '../../lib/zone.ts'
import styles from './host.module.css'

type Dates = Manifest['dates']

type Moment = 'now' | 'start' | 'entry' | 'merge' | 'freeze' | 'end' | 'release'

/** A local time some hours before or after another. Days of 24 hours: it is for showing the order, the server computes. */
function shifted(local: string, hours: number): string {
  return new Date(Date.parse(`${local.slice(0, 16)}:00Z`) + hours * 3_600_000).toISOString().slice(0, 16)
}

/**
 * What happens when, in the order of time; `now` among it. All times are of one zone, so that their texts compare. What
 * has no time (a release by the host) comes last.
 */
export function moments(dates: Dates, now: string): { moment: Moment; at: string | undefined }[] {
  const { start, end, freeze, entry_deadline, merge_deadline, private_release = 'host' } = dates
  const hours = (text: string) => /^\d+$/.test(text)
  const known: [Moment, string | null | undefined][] = [
    ['start', start],
    ['entry', entry_deadline],
    ['merge', merge_deadline],
    ['freeze', freeze && (hours(freeze) ? shifted(end, -Number(freeze)) : freeze)],
    ['end', end],
    ['now', now],
  ]
  const release =
    private_release === 'host'
      ? undefined
      : hours(private_release)
        ? shifted(end, Number(private_release))
        : private_release
  if (release) known.push(['release', release])
  const timed = known.flatMap(([moment, at]) => (at ? [{ moment, at: at.slice(0, 16) }] : []))
  // Sorting keeps the order of the list where times are equal: the end before its release.
  const sorted: { moment: Moment; at: string | undefined }[] = timed.sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  )
  return release ? sorted : [...sorted, { moment: 'release', at: undefined }]
}

/** The dates as a line from top to bottom, with now on it and what is past paler. */
export function Timeline({ dates, perDay }: { dates: Dates; perDay: number }) {
  const host = useHostText()
  const zone = dates.zone ?? 'UTC'
  const list = moments(dates, localOf(new Date(useMinute()), zone))
  const now = list.findIndex(({ moment }) => moment === 'now')
  return (
    <div className={styles.group}>
      <h3>{host.whatHappens(zone)}</h3>
      <ol className={styles.events}>
        {list.map(({ moment, at }, index) => (
          <li
            key={moment}
            className={moment === 'now' ? styles.present : index < now ? styles.past : undefined}
            aria-current={moment === 'now' ? 'time' : undefined}
          >
            <p className={styles.when}>{at ? at.replace('T', ' ') : host.happens.byHost}</p>
            <p>{host.moments[moment]}</p>
            {moment === 'start' && <p className={styles.muted}>{host.happens.daily(perDay)}</p>}
          </li>
        ))}
      </ol>
    </div>
  )
}
