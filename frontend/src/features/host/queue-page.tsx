import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { queueQuery } from '../../api/desk.ts'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState, Note } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './host.module.css'

const route = getRouteApi('/competitions/$slug')

/** From here on a waiting entry is worth a word: scoring takes seconds. */
const longWait = 5 * 60_000

/** Whether scoring keeps up: what waits, how long results take, what was given up. */
export function QueuePage() {
  const { language } = useWords()
  const running = useRunningText()
  const { slug } = route.useParams()
  const queue = useQuery(queueQuery(slug))
  if (queue.isPending) return <Bones rows={4} tall />
  if (!queue.data) return <ErrorState error={queue.error} onRetry={() => void queue.refetch()} />
  const { waiting, running: now, oldest_waiting_since, failures_last_day, scored_last_hour } = queue.data
  const number = (value: number, digits = 0) => formatNumber(value, language, digits)
  const seconds = (value: number | null | undefined) =>
    value == null
      ? running.nothingScored
      : value < 0.1
        ? running.atOnce
        : running.seconds(number(value, value < 10 ? 1 : 0))
  const isLate = oldest_waiting_since
    ? queue.dataUpdatedAt - Date.parse(oldest_waiting_since) > longWait
    : false
  return (
    <Panel title={running.queue}>
      <p className={styles.muted}>{running.queueText}</p>
      {failures_last_day > 0 ? (
        <Note tone="bad" title={running.givenUp(number(failures_last_day))}>
          <p>{running.givenUpText}</p>
        </Note>
      ) : isLate ? (
        <Note tone="warn" title={running.slow}>
          <p>{running.slowText}</p>
        </Note>
      ) : (
        <Note tone="good" title={running.keepsUp} />
      )}
      <dl className={styles.figures}>
        <Figure name={running.waitingNow} value={number(waiting)}>
          {oldest_waiting_since && (
            <RelativeTime at={oldest_waiting_since}>{running.oldestWaits}</RelativeTime>
          )}
        </Figure>
        <Figure name={running.scoringNow} value={number(now)} />
        <Figure name={running.scoredLastHour} value={number(scored_last_hour)} />
        <Figure name={running.median} value={seconds(queue.data.median_secs)} />
        <Figure name={running.p95} value={seconds(queue.data.p95_secs)} />
        <Figure name={running.failures} value={number(failures_last_day)} />
      </dl>
    </Panel>
  )
}

function Figure(props: { name: string; value: string; children?: React.ReactNode }) {
  return (
    <div className={styles.figure}>
      <dt>{props.name}</dt>
      <dd>
        {props.value}
        {props.children && <span className={styles.muted}>{props.children}</span>}
      </dd>
    </div>
  )
}
