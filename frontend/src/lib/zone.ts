/**
 * Local times of a zone. The server does the arithmetic wherever something is stored; here it is only for instants that the
 * pages ask about.
 */

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. */
function offset(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at)
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value)
  const local = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
  return local - Math.floor(at / 1000) * 1000
}

/** The instant at which the zone's clocks show `2026-12-05T18:00`; where they are put forward over it, as before the change. */
export function instantOf(local: string, zone: string): Date {
  const wall = Date.parse(`${local.slice(0, 16)}:00Z`)
  const guess = wall - offset(wall, zone)
  return new Date(wall - offset(guess, zone))
}

/** What the zone's clocks show at an instant: `2026-12-05T18:00`, as fields for date and time have it. */
export function localOf(at: Date, zone: string): string {
  return new Date(at.getTime() + offset(at.getTime(), zone)).toISOString().slice(0, 16)
}
