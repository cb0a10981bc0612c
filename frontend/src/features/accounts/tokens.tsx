import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { createToken, revokeToken } from '../../api/client.ts'
import { meQuery, tokensQuery } from '../../api/queries.ts'
import type { TokenScope } from '../../api/types.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Checkbox, Select, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Bones, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { Day, RelativeTime } from '../../ui/time.tsx'
import styles from './tokens.module.css'

/** API tokens: the list, and the form that makes one and shows it once. */
export function Tokens() {
  const accounts = useAccountsText()
  const client = useQueryClient()
  const tokens = useQuery(tokensQuery)
  const isParticipant = useQuery(meQuery).data?.user?.role === 'participant'
  const form = useRef<HTMLFormElement>(null)
  const outdate = () => client.invalidateQueries({ queryKey: tokensQuery.queryKey })
  const create = useMutation({
    mutationFn: createToken,
    onSuccess: async () => {
      form.current?.reset()
      await outdate()
    },
  })
  const revoke = useMutation({ mutationFn: revokeToken, onSuccess: outdate })
  const scopes: TokenScope[] = isParticipant ? ['read', 'submit'] : ['read', 'submit', 'host']

  return (
    <Panel title={accounts.tokensTitle} narrow>
      <p className={styles.muted}>{accounts.tokensText}</p>
      {tokens.isPending && <Bones rows={2} />}
      {tokens.isError && <ErrorState error={tokens.error} onRetry={() => void tokens.refetch()} />}
      {tokens.data?.items.length === 0 && <p className={styles.muted}>{accounts.noTokens}</p>}
      {tokens.data && tokens.data.items.length > 0 && (
        <ul className={styles.list}>
          {tokens.data.items.map((token) => (
            <li key={token.id} className={styles.token}>
              <div className={styles.what}>
                <strong>{token.name}</strong>{' '}
                {token.scopes.map((scope) => (
                  <Badge key={scope}>{scope}</Badge>
                ))}
                <p className={styles.muted}>
                  {accounts.tokenLastUsed}:{' '}
                  {token.last_used_at ? <RelativeTime at={token.last_used_at} /> : accounts.tokenNever}
                  {' · '}
                  {accounts.tokenExpiresAt}: <Day at={token.expires_at} />
                </p>
              </div>
              <Confirm
                kind="danger"
                label={`${accounts.revoke}: ${token.name}`}
                title={accounts.revokeTitle(token.name)}
                text={accounts.revokeText}
                action={accounts.revoke}
                onConfirm={() => revoke.mutate(token.id)}
              >
                {accounts.revoke}
              </Confirm>
            </li>
          ))}
        </ul>
      )}
      {revoke.error && <ProblemNote error={revoke.error} />}
      {create.data && (
        <ShownOnce
          title={accounts.tokenCreated}
          text={accounts.tokenOnce}
          label={accounts.tokenCreated}
          secret={create.data.token}
        />
      )}
      <form
        ref={form}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          const values = new FormData(event.currentTarget)
          create.mutate({
            name: String(values.get('token-name')).trim(),
            scopes: scopes.filter((scope) => values.has(scope)),
            expires_in_days: Number(values.get('days')),
          })
        }}
      >
        <TextField
          label={accounts.tokenName}
          name="token-name"
          hint={accounts.tokenNameHint}
          maxLength={64}
          required
          autoComplete="off"
        />
        <fieldset className={styles.scopes}>
          <legend>{accounts.tokenScopes}</legend>
          {scopes.map((scope) => (
            <Checkbox
              key={scope}
              name={scope}
              label={accounts.scopes[scope]}
              defaultChecked={scope !== 'host'}
            />
          ))}
        </fieldset>
        <Select
          label={accounts.tokenExpires}
          name="days"
          defaultValue="90"
          options={[7, 30, 90, 365].map((days) => [String(days), accounts.days(days)] as const)}
        />
        {create.error && <ProblemNote error={create.error} />}
        <div>
          <Button type="submit" busy={create.isPending}>
            {accounts.createToken}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
