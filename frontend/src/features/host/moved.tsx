import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { Hidden } from '../../ui/hidden.tsx'
import styles from './host.module.css'

/** Places won or lost between two ranks: a sign and a number, in words for screen readers. */
export function Moved({
  before,
  after,
}: {
  before: number | null | undefined
  after: number | null | undefined
}) {
  const { language } = useWords()
  const running = useRunningText()
  if (before == null || after == null || before === after)
    return <span className={styles.muted}>{before === after ? '–' : running.newOrGone}</span>
  const places = formatNumber(Math.abs(before - after), language)
  const won = after < before
  return (
    <span className={won ? styles.won : styles.lost}>
      <span aria-hidden="true">
        {won ? '▲' : '▼'} {places}
      </span>
      <Hidden>{won ? running.placesWon(places) : running.placesLost(places)}</Hidden>
    </span>
  )
}
