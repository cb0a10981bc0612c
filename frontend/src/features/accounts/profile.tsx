import { useMutation, useQuery } from '@tanstack/react-query'
import { requestVerification } from '../../api/mail.ts'
import { asProblem } from '../../api/problem.ts'
import { siteQuery } from '../../api/queries.ts'
import type { User } from '../../api/types.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import styles from './account-page.module.css'
import { ConfirmPassword } from './confirm-password.tsx'
import { useUpdateMe } from './use-update-me.ts'

/** The address and whether it is proved. A new one needs the password, because it can set a new password later. */
export function Profile({ user }: { user: User }) {
  const t = useText()
  const accounts = useAccountsText()
  const update = useUpdateMe()
  const problem = update.error ? asProblem(update.error) : undefined
  const told =
    problem?.code === 'email_taken' ? t.problems.email_taken[1] : t.fieldText(problem?.field('email'))
  const asksPassword = problem?.code === 'confirm_required'
  return (
    <Panel
      title={accounts.profile}
      narrow
      aside={
        <TextLink to="/people/$name" params={{ name: user.name }}>
          {accounts.publicPage}
        </TextLink>
      }
    >
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
          error={told}
        />
        {problem && !told && !asksPassword && <ProblemNote error={problem} />}
        {!asksPassword && (
          <div className={styles.actions}>
            <Button type="submit" busy={update.isPending}>
              {t.common.save}
            </Button>
            <span role="status" className={styles.muted}>
              {update.isSuccess && t.common.saved}
            </span>
          </div>
        )}
      </form>
      {asksPassword && (
        <ConfirmPassword withCode={user.second_factor} onDone={() => update.mutate(update.variables ?? {})} />
      )}
      {user.email && <Verified key={user.email} isVerified={user.email_verified} />}
    </Panel>
  )
}

function Verified({ isVerified }: { isVerified: boolean }) {
  const accounts = useAccountsText()
  const sendsMail = useQuery(siteQuery).data?.mail_enabled
  const ask = useMutation({ mutationFn: requestVerification })
  return (
    <div className={styles.group}>
      <p>
        <Badge tone={isVerified ? 'good' : 'warn'}>
          {isVerified ? accounts.isVerified : accounts.isNotVerified}
        </Badge>{' '}
        <span className={styles.muted}>
          {isVerified ? accounts.isVerifiedText : sendsMail ? accounts.isNotVerifiedText : accounts.noMail}
        </span>
      </p>
      {!isVerified && sendsMail && (
        <div className={styles.actions}>
          <Button small busy={ask.isPending} disabled={ask.isSuccess} onClick={() => ask.mutate()}>
            {accounts.sendVerification}
          </Button>
          <span role="status" className={styles.muted}>
            {ask.isSuccess && accounts.verificationSent}
          </span>
        </div>
      )}
      {ask.error && <ProblemNote error={ask.error} />}
    </div>
  )
}
