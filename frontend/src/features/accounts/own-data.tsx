import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { deleteMe, exportOwnData } from '../../api/privacy.ts'
import { asProblem } from '../../api/problem.ts'
import type { User } from '../../api/types.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import styles from './account-page.module.css'
import { ConfirmPassword } from './confirm-password.tsx'

/** A copy of everything the site knows of the reader. */
export function OwnData({ user }: { user: User }) {
  const accounts = useAccountsText()
  const fetch = useMutation({ mutationFn: exportOwnData, onSuccess: (zip) => save(zip, 'podium-data.zip') })
  const asksPassword = fetch.error && asProblem(fetch.error).code === 'confirm_required'
  return (
    <Panel title={accounts.exportTitle} narrow>
      <p className={styles.muted}>{accounts.exportText}</p>
      {asksPassword ? (
        <ConfirmPassword withCode={user.second_factor} onDone={() => fetch.mutate()} />
      ) : (
        <div className={styles.actions}>
          <Button busy={fetch.isPending} onClick={() => fetch.mutate()}>
            {accounts.export}
          </Button>
          <span role="status" className={styles.muted}>
            {fetch.isSuccess && accounts.exported}
          </span>
        </div>
      )}
      {fetch.error && !asksPassword && <ProblemNote error={fetch.error} />}
    </Panel>
  )
}

/** Hands a file that was fetched to the browser's downloads. */
function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}

/** The end of the account: what stays and what goes, and then once the password. */
export function Deletion({ user, onGone }: { user: User; onGone(): void }) {
  const t = useText()
  const accounts = useAccountsText()
  const [asked, setAsked] = useState(false)
  const remove = useMutation({ mutationFn: deleteMe, onSuccess: onGone })
  const problem = remove.error ? asProblem(remove.error) : undefined
  const isWrong = problem?.code === 'wrong_password'
  return (
    <Panel title={accounts.deleteTitle} narrow>
      <p>{accounts.deleteText}</p>
      <ul className={styles.points}>
        <li>{accounts.deleteStays}</li>
        <li>{accounts.deleteGoes}</li>
        <li>{accounts.deleteFinal}</li>
      </ul>
      {asked ? (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault()
            const form = new FormData(event.currentTarget)
            const code = form.get('code')
            if (!remove.isPending)
              remove.mutate({
                password: String(form.get('password')),
                ...(code ? { code: String(code) } : {}),
              })
          }}
        >
          <TextField
            label={accounts.currentPassword}
            name="password"
            type="password"
            autoComplete="current-password"
            required
            autoFocus
            error={isWrong ? t.problems.wrong_password[1] : undefined}
          />
          {user.second_factor && (
            <TextField label={accounts.code} name="code" autoComplete="one-time-code" required />
          )}
          {problem && !isWrong && <ProblemNote error={problem} />}
          <div className={styles.actions}>
            <Button kind="danger" type="submit" busy={remove.isPending}>
              {accounts.deleteForGood}
            </Button>
            <Button kind="plain" onClick={() => setAsked(false)}>
              {t.common.cancel}
            </Button>
          </div>
        </form>
      ) : (
        <div>
          <Button kind="danger" onClick={() => setAsked(true)}>
            {accounts.deleteAsk}
          </Button>
        </div>
      )}
    </Panel>
  )
}
