import { useMutation } from '@tanstack/react-query'
import { confirmMe } from '../../api/second-factor.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import styles from './account-page.module.css'

/** The password once more, where the server wants it for what was tried (`confirm_required`); then it is tried again. */
export function ConfirmPassword(props: { withCode: boolean; onDone(): void }) {
  const t = useText()
  const accounts = useAccountsText()
  const confirm = useMutation({ mutationFn: confirmMe, onSuccess: props.onDone })
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        const code = form.get('code')
        confirm.mutate({ password: String(form.get('password')), ...(code ? { code: String(code) } : {}) })
      }}
    >
      <p>{t.problems.confirm_required[1]}</p>
      <TextField
        label={accounts.currentPassword}
        name="password"
        type="password"
        autoComplete="current-password"
        required
      />
      {props.withCode && (
        <TextField label={accounts.code} name="code" autoComplete="one-time-code" required />
      )}
      {confirm.error && <ProblemNote error={confirm.error} />}
      <div>
        <Button type="submit" busy={confirm.isPending}>
          {accounts.goOn}
        </Button>
      </div>
    </form>
  )
}
