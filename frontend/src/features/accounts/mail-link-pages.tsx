import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { unsubscribe, verifyEmail } from '../../api/mail.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Note, ProblemNote } from '../../ui/state.tsx'
import { AccountForm } from './account-form.tsx'

/** Where the link of a mail leads that asks whether the address is right. */
export function VerifyEmailPage() {
  const accounts = useAccountsText()
  return (
    <MailLink
      title={accounts.verifyTitle}
      text={accounts.verifyText}
      act={accounts.verify}
      done={accounts.verified}
      send={verifyEmail}
    />
  )
}

/** Where the last line of a mail leads: no more of its kind. */
export function UnsubscribePage() {
  const accounts = useAccountsText()
  return (
    <MailLink
      title={accounts.unsubscribeTitle}
      text={accounts.unsubscribeText}
      act={accounts.unsubscribe}
      done={accounts.unsubscribed}
      send={unsubscribe}
    />
  )
}

/** A link is opened by programs too that look for viruses, so nothing happens before somebody presses the button. */
function MailLink(props: {
  title: string
  text: string
  act: string
  done: string
  send(token: string): Promise<unknown>
}) {
  const accounts = useAccountsText()
  const [token] = useState(() => location.hash.match(/^#token=(.+)$/)?.[1])
  const send = useMutation({ mutationFn: props.send })
  if (!token) return <EmptyState title={props.title}>{accounts.linkCut}</EmptyState>
  return (
    <AccountForm title={props.title} text={props.text} onSubmit={() => send.mutate(token)}>
      {send.isSuccess && (
        <Note tone="good" alert>
          {props.done}
        </Note>
      )}
      {send.error && <ProblemNote error={send.error} />}
      {!send.isSuccess && (
        <Button type="submit" kind="primary" wide busy={send.isPending}>
          {props.act}
        </Button>
      )}
    </AccountForm>
  )
}
