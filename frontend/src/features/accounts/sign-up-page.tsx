import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { createUser, type Sent } from '../../api/client.ts'
import { agreeToPrivacyNotice, privacyNoticeQuery } from '../../api/privacy.ts'
import { asProblem } from '../../api/problem.ts'
import { siteQuery } from '../../api/queries.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { sessionNote } from '../../lib/session-note.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, TextField } from '../../ui/field.tsx'
import { Note, ProblemNote } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { AccountForm } from './account-form.tsx'
import { isToldByField, NameField, PasswordField, useNewAccount } from './new-account-fields.tsx'
import { useEnter } from './use-enter.ts'

const route = getRouteApi('/sign-up')

export function SignUpPage() {
  const { t, language } = useWords()
  const accounts = useAccountsText()
  const { next } = route.useSearch()
  const enter = useEnter(next)
  const site = useQuery(siteQuery).data
  const { missing, check } = useNewAccount()
  const notice = useQuery(privacyNoticeQuery).data?.sha256
  const [unticked, setUnticked] = useState(false)
  // Where people sign up by invitation, the link that they opened goes along and is accepted with the account.
  const invite = site?.sign_up === 'invite' ? sessionNote.read('invite') : undefined
  const closed = site && !site.sign_up_open && !invite
  const signUp = useMutation({
    mutationFn: async (account: Sent<'create_user'>) => {
      const me = await createUser(invite ? { ...account, invite } : account)
      if (me.accepted) sessionNote.forget('invite')
      // The account is there; should noting this fail, the account page asks for it again.
      if (notice) await agreeToPrivacyNotice(notice).catch(() => {})
      return me
    },
    onSuccess: enter,
  })
  const problem = signUp.error ? asProblem(signUp.error) : undefined

  return (
    <AccountForm
      title={accounts.signUpTitle}
      onSubmit={(form) => {
        const account = check(form)
        const email = String(form.get('email')).trim()
        const agreed = !notice || form.has('privacy')
        setUnticked(!agreed)
        if (account && agreed && !signUp.isPending)
          signUp.mutate({ ...account, language, ...(email ? { email } : {}) })
      }}
      footer={
        <>
          {accounts.haveAccount}{' '}
          <TextLink to="/sign-in" search={{ next }}>
            {t.shell.signIn}
          </TextLink>
        </>
      }
    >
      {closed ? (
        <Note tone="neutral">
          {site.sign_up === 'invite' ? t.problems.invite_needed[1] : accounts.signUpClosed}
        </Note>
      ) : (
        <>
          <NameField missing={missing} error={problem} />
          <TextField
            label={accounts.email}
            name="email"
            type="email"
            autoComplete="email"
            optional={site?.sign_up !== 'domains'}
            hint={accounts.emailHint}
            error={
              problem?.code === 'email_taken'
                ? t.problems.email_taken[1]
                : t.fieldText(problem?.field('email'))
            }
          />
          <PasswordField missing={missing} error={problem} />
          {problem && !isToldByField(problem, ['name', 'email', 'password']) && (
            <ProblemNote error={problem} />
          )}
          {notice && (
            <div>
              <Checkbox
                label={accounts.noticeBox}
                name="privacy"
                error={unticked ? accounts.noticeFirst : undefined}
              />
              <TextLink to="/privacy" target="_blank">
                {accounts.readNotice}
              </TextLink>
            </div>
          )}
          <Button type="submit" kind="primary" wide busy={signUp.isPending}>
            {accounts.createAccount}
          </Button>
        </>
      )}
    </AccountForm>
  )
}
