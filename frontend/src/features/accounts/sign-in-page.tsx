import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { createSession } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { siteQuery } from '../../api/queries.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { AccountForm } from './account-form.tsx'
import { useEnter } from './use-enter.ts'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const t = useText()
  const accounts = useAccountsText()
  const { next } = route.useSearch()
  const enter = useEnter(next)
  const site = useQuery(siteQuery).data
  const signIn = useMutation({ mutationFn: createSession, onSuccess: enter })
  const code = signIn.error && asProblem(signIn.error).code
  const [asksCode, setAsksCode] = useState(false)
  if (code === 'second_factor_required' && !asksCode) setAsksCode(true)

  return (
    <AccountForm
      title={accounts.signInTitle}
      onSubmit={(form) =>
        !signIn.isPending &&
        signIn.mutate({
          login: String(form.get('login')).trim(),
          password: String(form.get('password')),
          ...(form.get('code') ? { code: String(form.get('code')).replaceAll(' ', '') } : {}),
        })
      }
      footer={
        <>
          {site?.sign_up_open && (
            <p>
              {accounts.newHere}{' '}
              <TextLink to="/sign-up" search={{ next }}>
                {accounts.createAccount}
              </TextLink>
            </p>
          )}
          <p>
            <TextLink to="/reset-password">{accounts.forgot}</TextLink>
          </p>
        </>
      }
    >
      <TextField
        label={accounts.login}
        name="login"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <TextField
        label={accounts.password}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      {asksCode && (
        <TextField
          label={accounts.code}
          name="code"
          hint={accounts.codeHint}
          autoComplete="one-time-code"
          autoFocus
          required
        />
      )}
      {signIn.error && <ProblemNote error={signIn.error} />}
      <Button type="submit" kind="primary" wide busy={signIn.isPending}>
        {t.shell.signIn}
      </Button>
    </AccountForm>
  )
}
