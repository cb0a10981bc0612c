import { useWords } from '../i18n/text-provider.tsx'
import {
  formatClock,
  formatDay,
  formatInstant,
  formatRelative,
  splitSpan,
  zoneDiffers,
} from '../lib/format.ts'
import { useMinute, useSecond } from '../lib/use-now.ts'
import styles from './time.module.css'

/** `3 hours ago`; the exact instant with its zone on hover and for machines. `children` can put it into a sentence. */
export function RelativeTime({
  at,
  children = (when) => when,
}: {
  at: string
  children?: (when: string) => string
}) {
  const { language } = useWords()
  const tick = useMinute()
  const date = new Date(at)
  const ahead = date.getTime() - tick
  // What has just happened is newer than the last tick of the clock; it is not in the future.
  const now = ahead > 0 && ahead < 60_000 ? date.getTime() : tick
  return (
    <time dateTime={at} title={formatInstant(date, language)}>
      {children(formatRelative(date, now, language))}
    </time>
  )
}

/** `24 Nov 2026`. */
export function Day({ at, zone }: { at: string; zone?: string }) {
  const { language } = useWords()
  return (
    <time dateTime={at} title={formatInstant(new Date(at), language, zone)}>
      {formatDay(new Date(at), language, zone)}
    </time>
  )
}

/** A deadline in the competition's zone and, where the clocks differ, in the reader's. */
export function Deadline({ at, zone }: { at: string; zone: string }) {
  const { language } = useWords()
  const date = new Date(at)
  // The year goes without saying for what is near.
  const isNear = Math.abs(date.getTime() - useMinute()) < 300 * 86_400_000
  const write = isNear ? formatClock : formatInstant
  return (
    <time dateTime={at} className={styles.both}>
      <span>{write(date, language, zone)}</span>
      {zoneDiffers(date, zone) && <span className={styles.here}> ({write(date, language)})</span>}
    </time>
  )
}

/** `12 days`, `3 h 12 min`, and in the last hour down to the second. */
export function Countdown({ to, children }: { to: string; children(span: string): string }) {
  const target = new Date(to).getTime()
  const minute = useMinute()
  return target - minute < 3_600_000 ? (
    <Seconds target={target}>{children}</Seconds>
  ) : (
    <Span ms={target - minute}>{children}</Span>
  )
}

function Seconds({ target, children }: { target: number; children(span: string): string }) {
  return <Span ms={target - useSecond()}>{children}</Span>
}

function Span({ ms, children }: { ms: number; children(span: string): string }) {
  const { t } = useWords()
  const { days, hours, minutes, seconds } = splitSpan(ms)
  return <span className={styles.count}>{children(t.competition.span(days, hours, minutes, seconds))}</span>
}
