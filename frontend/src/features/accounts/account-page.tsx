import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { changePassword, updateMe } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { meQuery } from '../../api/queries.ts'
import type { Language, User } from '../../api/types.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useText, useWords } from '../../i18n/text-provider.tsx'
import { setTheme, useTheme } from '../../lib/theme.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import { Day } from '../../ui/time.tsx'
import styles from './account-page.module.css'
import { passwordLength } from './new-account-fields.tsx'
import { SecondFactor } from './second-factor.tsx'
import { Sessions } from './sessions.tsx'
import { Tokens } from './tokens.tsx'

export function AccountPage() {
  const t = useText()
  const accounts = useAccountsText()
  usePageTitle(accounts.accountTitle)
  const me = useQuery(meQuery)
  if (me.isPending) return <Bones rows={6} />
  if (me.isError) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />
  const { user } = me.data
  if (!user) {
    return (
      <EmptyState
        title={accounts.notSignedIn}
        action={
          <ButtonLink to="/sign-in" search={{ next: '/account' }} kind="primary">
            {t.shell.signIn}
          </ButtonLink>
        }
      />
    )
  }
  return (
    <div className={styles.page}>
      <header>
        <h1 className={styles.title}>{user.name}</h1>
        <p className={styles.muted}>
          {accounts.roles[user.role]}
          {' · '}
          <Joined at={user.created_at} />
        </p>
      </header>
      <Profile user={user} />
      <Appearance user={user} />
      <Password />
      <Tokens />
      <SecondFactor />
      <Sessions />
    </div>
  )
}

function Joined({ at }: { at: string }) {
  const accounts = useAccountsText()
  const [before, after] = accounts.memberSince('\u0000').split('\u0000')
  return (
    <>
      {before}
      <Day at={at} />
      {after}
    </>
  )
}

function useUpdateMe() {
  const client = useQueryClient()
  return useMutation({ mutationFn: updateMe, onSuccess: (me) => client.setQueryData(meQuery.queryKey, me) })
}

function Profile({ user }: { user: User }) {
  const t = useText()
  const accounts = useAccountsText()
  const update = useUpdateMe()
  const problem = update.error ? asProblem(update.error) : undefined
  return (
    <Panel title={accounts.profile} narrow>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const email = String(new FormData(event.currentTarget).get('email')).trim()
          update.mutate({ email: email || null })
        }}
      >
        <TextField
          label={accounts.email}
          name="email"
          type="email"
          autoComplete="email"
          defaultValue={user.email ?? ''}
          optional
          hint={accounts.emailHint}
          error={
            problem?.code === 'email_taken' ? t.problems.email_taken[1] : t.fieldText(problem?.field('email'))
          }
        />
        {problem && problem.code !== 'email_taken' && problem.code !== 'invalid_input' && (
          <ProblemNote error={problem} />
        )}
        <div className={styles.actions}>
          <Button type="submit" busy={update.isPending}>
            {t.common.save}
          </Button>
          <span role="status" className={styles.muted}>
            {update.isSuccess && t.common.saved}
          </span>
        </div>
      </form>
    </Panel>
  )
}

function Appearance({ user }: { user: User }) {
  const { t, language, setLanguage } = useWords()
  const accounts = useAccountsText()
  const theme = useTheme()
  const update = useUpdateMe()
  const choose = (chosen: Language) => {
    void setLanguage(chosen)
    if (chosen !== user.language) update.mutate({ language: chosen })
  }
  return (
    <Panel title={accounts.appearance} narrow>
      <p className={styles.muted}>{accounts.appearanceText}</p>
      <div className={styles.pair}>
        <Select
          label={t.shell.language}
          value={language}
          onChange={(event) => choose(event.target.value as Language)}
          options={[
            ['en', 'English'],
            ['ko', '한국어'],
          ]}
        />
        <Select
          label={t.shell.theme}
          value={theme}
          onChange={(event) => setTheme(event.target.value as typeof theme)}
          options={[
            ['system', t.shell.themes.system],
            ['light', t.shell.themes.light],
            ['dark', t.shell.themes.dark],
          ]}
        />
      </div>
      {update.error && <ProblemNote error={update.error} />}
    </Panel>
  )
}

function Password() {
  const t = useText()
  const accounts = useAccountsText()
  const form = useRef<HTMLFormElement>(null)
  const change = useMutation({ mutationFn: changePassword, onSuccess: () => form.current?.reset() })
  const problem = change.error ? asProblem(change.error) : undefined
  const told = problem?.code === 'wrong_password' || problem?.code === 'invalid_input'
  return (
    <Panel title={accounts.passwordTitle} narrow>
      <p className={styles.muted}>{accounts.passwordText}</p>
      <form
        ref={form}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const values = new FormData(event.currentTarget)
          change.mutate({ current: String(values.get('current')), new: String(values.get('new')) })
        }}
      >
        <TextField
          label={accounts.currentPassword}
          name="current"
          type="password"
          autoComplete="current-password"
          error={problem?.code === 'wrong_password' ? t.problems.wrong_password[1] : undefined}
        />
        <TextField
          label={accounts.newPassword}
          name="new"
          type="password"
          autoComplete="new-password"
          minLength={passwordLength}
          hint={accounts.passwordHint}
          error={
            problem?.code === 'invalid_input'
              ? (problem.errors[0]?.message ?? accounts.passwordTooShort)
              : undefined
          }
        />
        {problem && !told && <ProblemNote error={problem} />}
        {change.isSuccess && (
          <Note tone="good" alert>
            {accounts.passwordChanged}
          </Note>
        )}
        <div className={styles.actions}>
          <Button type="submit" busy={change.isPending}>
            {accounts.changePassword}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
