import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { endSession } from '../../api/client.ts'
import { sessionsQuery } from '../../api/queries.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { browserOf } from './browser-of.ts'
import styles from './tokens.module.css'

/** Where one is signed in; each can be ended, the present one by signing out. */
export function Sessions() {
  const accounts = useAccountsText()
  const client = useQueryClient()
  const sessions = useQuery(sessionsQuery)
  const end = useMutation({
    mutationFn: endSession,
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  })
  return (
    <Panel title={accounts.sessionsTitle} narrow>
      <p className={styles.muted}>{accounts.sessionsText}</p>
      {end.error && <ProblemNote error={end.error} />}
      {sessions.isPending && <Bones rows={2} tall />}
      {sessions.isError && <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />}
      <ul className={styles.list}>
        {sessions.data?.items.map((session) => (
          <li key={session.id} className={styles.token}>
            <div>
              <strong title={session.user_agent}>
                {browserOf(session.user_agent) ?? accounts.unknownBrowser}
              </strong>{' '}
              {session.is_current && <Badge tone="solid">{accounts.thisSession}</Badge>}
              <p className={styles.muted}>
                <RelativeTime at={session.last_seen_at}>{accounts.lastSeen}</RelativeTime>
              </p>
            </div>
            {!session.is_current && (
              <Button
                small
                busy={end.isPending && end.variables === session.id}
                onClick={() => end.mutate(session.id)}
              >
                {accounts.endSession}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
