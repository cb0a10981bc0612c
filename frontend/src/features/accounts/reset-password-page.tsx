import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { siteQuery } from '../../api/queries.ts'
import { redeemPasswordReset, requestPasswordReset } from '../../api/second-factor.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { EmptyState, Note, ProblemNote } from '../../ui/state.tsx'
import { AccountForm } from './account-form.tsx'

/** With the token of a link after `#`: a new password. Without: asking for such a link by mail. */
export function ResetPasswordPage() {
  const [token] = useState(() => location.hash.match(/^#token=(.+)$/)?.[1])
  return token ? <NewPassword token={token} /> : <AskForLink />
}

function NewPassword({ token }: { token: string }) {
  const accounts = useAccountsText()
  const navigate = useNavigate()
  const redeem = useMutation({
    mutationFn: (password: string) => redeemPasswordReset({ token, password }),
    onSuccess: () => navigate({ to: '/sign-in' }),
  })
  return (
    <AccountForm title={accounts.resetTitle} onSubmit={(form) => redeem.mutate(String(form.get('password')))}>
      <TextField
        label={accounts.newPassword}
        name="password"
        type="password"
        minLength={10}
        hint={accounts.passwordHint}
        autoComplete="new-password"
        required
      />
      {redeem.error && <ProblemNote error={redeem.error} />}
      <Button type="submit" kind="primary" wide busy={redeem.isPending}>
        {accounts.setPassword}
      </Button>
    </AccountForm>
  )
}

function AskForLink() {
  const accounts = useAccountsText()
  const site = useQuery(siteQuery).data
  const ask = useMutation({ mutationFn: (login: string) => requestPasswordReset({ login }) })
  if (site && !site.mail_enabled)
    return <EmptyState title={accounts.resetTitle}>{accounts.resetByAdmin}</EmptyState>
  return (
    <AccountForm
      title={accounts.resetTitle}
      onSubmit={(form) => ask.mutate(String(form.get('login')).trim())}
    >
      <TextField
        label={accounts.login}
        name="login"
        hint={accounts.resetHint}
        autoComplete="username"
        autoCapitalize="none"
        required
      />
      {ask.isSuccess && (
        <Note tone="good" alert>
          {accounts.resetSent}
        </Note>
      )}
      {ask.error && <ProblemNote error={ask.error} />}
      <Button type="submit" kind="primary" wide busy={ask.isPending}>
        {accounts.askForLink}
      </Button>
    </AccountForm>
  )
}
