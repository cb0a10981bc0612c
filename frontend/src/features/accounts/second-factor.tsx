import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import {
  beginSecondFactor,
  confirmSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  secondFactorQuery,
} from '../../api/second-factor.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { Button } from '../../ui/button.tsx'
import { Command } from '../../ui/command.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Bones, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import styles from './account-page.module.css'
import { ConfirmPassword } from './confirm-password.tsx'

/** A code of an app beside the password: set up, renew recovery codes, remove. The server asks for the password first. */
export function SecondFactor() {
  const accounts = useAccountsText()
  const client = useQueryClient()
  const state = useQuery(secondFactorQuery)
  const [codes, setCodes] = useState<string[]>()
  const renewed = () => client.invalidateQueries({ queryKey: secondFactorQuery.queryKey })
  const showCodes = async (answer: { recovery_codes: string[] }) => {
    setCodes(answer.recovery_codes)
    await renewed()
  }
  const begin = useMutation({ mutationFn: beginSecondFactor })
  const confirm = useMutation({
    mutationFn: (code: string) => confirmSecondFactor({ code }),
    onSuccess: async (answer) => {
      begin.reset()
      await showCodes(answer)
    },
  })
  const renew = useMutation({ mutationFn: renewRecoveryCodes, onSuccess: showCodes })
  const remove = useMutation({
    mutationFn: removeSecondFactor,
    onSuccess: async () => {
      setCodes(undefined)
      await renewed()
    },
  })
  const tried = [begin, renew, remove].find(({ error }) => error)
  const asksPassword = tried && asProblem(tried.error).code === 'confirm_required'

  if (state.isPending) return <Bones rows={2} />
  if (!state.data) return <ErrorState error={state.error} onRetry={() => void state.refetch()} />
  const { is_set_up, is_required, recovery_codes_left } = state.data
  return (
    <Panel title={accounts.secondFactor} narrow>
      <p className={styles.muted}>
        {is_set_up ? accounts.secondFactorOn(recovery_codes_left) : accounts.secondFactorText}
      </p>
      {is_required && !is_set_up && <Note tone="warn">{accounts.secondFactorRequired}</Note>}
      {asksPassword ? (
        <ConfirmPassword withCode={is_set_up} onDone={() => void tried.mutate()} />
      ) : (
        tried && <ProblemNote error={tried.error} />
      )}
      {codes && (
        <ShownOnce
          title={accounts.recoveryCodes}
          text={accounts.recoveryCodesText}
          label={accounts.recoveryCodes}
          secret={codes.join(' ')}
        />
      )}
      {!is_set_up && !begin.data && (
        <div>
          <Button busy={begin.isPending} onClick={() => begin.mutate()}>
            {accounts.setUpSecondFactor}
          </Button>
        </div>
      )}
      {!is_set_up && begin.data && (
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault()
            confirm.mutate(String(new FormData(event.currentTarget).get('code')).replaceAll(' ', ''))
          }}
        >
          <p>{accounts.secretText}</p>
          <Command text={begin.data.secret} label={accounts.secret} />
          <TextField
            label={accounts.code}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
          />
          {confirm.error && <ProblemNote error={confirm.error} />}
          <div>
            <Button type="submit" busy={confirm.isPending}>
              {accounts.confirmCode}
            </Button>
          </div>
        </form>
      )}
      {is_set_up && (
        <div className={styles.pair}>
          <Button busy={renew.isPending} onClick={() => renew.mutate()}>
            {accounts.newRecoveryCodes}
          </Button>
          <Confirm
            kind="danger"
            title={accounts.removeSecondFactor}
            text={accounts.removeSecondFactorText}
            action={accounts.removeSecondFactorAction}
            onConfirm={() => remove.mutate()}
          >
            {accounts.removeSecondFactorAction}
          </Confirm>
        </div>
      )}
    </Panel>
  )
}
