/** Numbers and times as people read them, by language. Scores are not here: the server writes them. */

const cache = new Map<string, unknown>()

function once<T>(key: string, make: () => T): T {
  let made = cache.get(key) as T | undefined
  if (made === undefined) {
    made = make()
    cache.set(key, made)
  }
  return made
}

/** `12,345`; at most `digits` digits after the point. */
export function formatNumber(value: number, language: string, digits = 0): string {
  return once(
    `n${language}${digits}`,
    () => new Intl.NumberFormat(language, { maximumFractionDigits: digits }),
  ).format(value)
}

/** A statistic of a column with four significant digits: `0.01234`, `1,234,000`. */
export function formatStatistic(value: number, language: string): string {
  return once(`s${language}`, () => new Intl.NumberFormat(language, { maximumSignificantDigits: 4 })).format(
    value,
  )
}

/** `30%`, `0.4%`. */
export function formatShare(share: number, language: string): string {
  const digits = share > 0 && share < 0.1 ? 1 : 0
  return once(
    `p${language}${digits}`,
    () => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits }),
  ).format(share)
}

const unitNames = ['B', 'kB', 'MB', 'GB', 'TB']

/** Decimal units as file managers show them: `945 B`, `12.3 MB`. */
export function formatBytes(bytes: number, language: string): string {
  const power = bytes < 1000 ? 0 : Math.min(unitNames.length - 1, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  return `${formatNumber(value, language, power === 0 || value >= 100 ? 0 : 1)} ${unitNames[power]}`
}

/** Date and time with the zone: `24 Nov 2026, 23:59 GMT+9`. Without `zone`, the reader's own. */
export function formatInstant(at: Date, language: string, zone?: string): string {
  return once(
    `i${language}${zone ?? ''}`,
    () =>
      new Intl.DateTimeFormat(regional(language), {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZoneName: 'short',
        ...(zone ? { timeZone: zone } : {}),
      }),
  ).format(at)
}

/** `24 Nov, 23:59 GMT+9`: for times close to now, where the year goes without saying. */
export function formatClock(at: Date, language: string, zone?: string): string {
  return once(
    `c${language}${zone ?? ''}`,
    () =>
      new Intl.DateTimeFormat(regional(language), {
        month: 'short',
        day: 'numeric',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
        timeZoneName: 'short',
        ...(zone ? { timeZone: zone } : {}),
      }),
  ).format(at)
}

/** `24 Nov 2026`. */
export function formatDay(at: Date, language: string, zone?: string): string {
  return once(
    `d${language}${zone ?? ''}`,
    () =>
      new Intl.DateTimeFormat(regional(language), {
        year: 'numeric',
        month: 'short',
        day: 'numeric',
        ...(zone ? { timeZone: zone } : {}),
      }),
  ).format(at)
}

/** `24 Nov`: for the axis of a chart, where the year goes without saying. */
export function formatMonthDay(at: Date, language: string): string {
  return once(
    `m${language}`,
    () => new Intl.DateTimeFormat(regional(language), { month: 'short', day: 'numeric' }),
  ).format(at)
}

/** `14:05`: for the axis of a chart that spans less than some days. */
export function formatHour(at: Date, language: string): string {
  return once(
    `h${language}`,
    () =>
      new Intl.DateTimeFormat(regional(language), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
  ).format(at)
}

// Bare "en" would mean American order: Nov 24.
function regional(language: string): string {
  return language === 'en' ? 'en-GB' : language
}

/** Whether a zone shows other clock hands than the reader's at this instant. */
export function zoneDiffers(at: Date, zone: string): boolean {
  const hands = (timeZone?: string) =>
    new Intl.DateTimeFormat('en', {
      dateStyle: 'short',
      timeStyle: 'short',
      ...(timeZone ? { timeZone } : {}),
    }).format(at)
  return hands(zone) !== hands()
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** `3 hours ago`, `in 12 days`, `now`, in whole units, rounded towards now. */
export function formatRelative(at: Date, now: number, language: string): string {
  const relative = once(`r${language}`, () => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }))
  const seconds = (at.getTime() - now) / 1000
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) {
      return new Intl.RelativeTimeFormat(language, { numeric: 'always' }).format(
        Math.trunc(seconds / size),
        unit,
      )
    }
  }
  return relative.format(0, 'second')
}

/** A span split for a countdown: the two largest units that are not zero. */
export interface Span {
  days: number
  hours: number
  minutes: number
  seconds: number
}

/** Splits milliseconds into whole days, hours, minutes and seconds; negative spans are zero. */
export function splitSpan(ms: number): Span {
  const total = Math.max(0, Math.floor(ms / 1000))
  return {
    days: Math.floor(total / 86_400),
    hours: Math.floor((total % 86_400) / 3_600),
    minutes: Math.floor((total % 3_600) / 60),
    seconds: total % 60,
  }
}
