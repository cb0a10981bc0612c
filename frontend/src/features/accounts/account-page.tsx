import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { changePassword } from '../../api/client.ts'
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
import { Agreements } from './agreements.tsx'
import { MailSettings } from './mail-settings.tsx'
import { passwordLength } from './new-account-fields.tsx'
import { Deletion, OwnData } from './own-data.tsx'
import { Profile } from './profile.tsx'
import { SecondFactor } from './second-factor.tsx'
import { Sessions } from './sessions.tsx'
import { Tokens } from './tokens.tsx'
import { useUpdateMe } from './use-update-me.ts'

export function AccountPage() {
  const t = useText()
  const accounts = useAccountsText()
  usePageTitle(accounts.accountTitle)
  const me = useQuery(meQuery)
  const client = useQueryClient()
  const [gone, setGone] = useState(false)
  if (me.isPending) return <Bones rows={6} />
  if (me.isError) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />
  const { user } = me.data
  if (gone) {
    return (
      <EmptyState title={accounts.deleted} action={<ButtonLink to="/">{t.common.backHome}</ButtonLink>}>
        {accounts.deletedText}
      </EmptyState>
    )
  }
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
  const onGone = () => {
    setGone(true)
    client.setQueryData(meQuery.queryKey, { user: null })
    // Dropped, not asked for again: what is still on the page belongs to nobody now.
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'me' && queryKey[0] !== 'site' })
  }
  const parts = [
    ['profile', accounts.profile],
    ['appearance', accounts.appearance],
    ['mail', accounts.mailTitle],
    ['password', accounts.passwordTitle],
    ['second-factor', accounts.secondFactor],
    ['sessions', accounts.sessionsTitle],
    ['tokens', accounts.tokensTitle],
    ['agreements', accounts.agreements],
    ['data', accounts.exportTitle],
    ['delete', accounts.deleteTitle],
  ] as const
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <h1 className={styles.title}>{user.name}</h1>
        <p className={styles.muted}>
          {accounts.roles[user.role]}
          {' · '}
          <Joined at={user.created_at} />
        </p>
      </header>
      <nav className={styles.contents} aria-label={accounts.onThisPage}>
        <ul>
          {parts.map(([id, title]) => (
            <li key={id}>
              <a href={`#${id}`}>{title}</a>
            </li>
          ))}
        </ul>
      </nav>
      <div className={styles.parts}>
        <Part id="profile">
          <Profile user={user} />
        </Part>
        <Part id="appearance">
          <Appearance user={user} />
        </Part>
        <Part id="mail">
          <MailSettings user={user} />
        </Part>
        <Part id="password">
          <Password />
        </Part>
        <Part id="second-factor">
          <SecondFactor />
        </Part>
        <Part id="sessions">
          <Sessions />
        </Part>
        <Part id="tokens">
          <Tokens />
        </Part>
        <Part id="agreements">
          <Agreements />
        </Part>
        <Part id="data">
          <OwnData user={user} />
        </Part>
        <Part id="delete">
          <Deletion user={user} onGone={onGone} />
        </Part>
      </div>
    </div>
  )
}

/** A part of the page that a link leads to. */
function Part({ id, children }: { id: string; children: ReactNode }) {
  return (
    <div id={id} className={styles.part}>
      {children}
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
