import { useMutation } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { setUpSite } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Note, ProblemNote } from '../../ui/state.tsx'
import { AccountForm } from './account-form.tsx'
import { isToldByField, NameField, PasswordField, useNewAccount } from './new-account-fields.tsx'
import { useEnter } from './use-enter.ts'

const route = getRouteApi('/setup')

/** Makes the first administrator, with the code of the link that the server printed. */
export function SetupPage() {
  const { language } = useWords()
  const accounts = useAccountsText()
  const { code } = route.useSearch()
  const enter = useEnter('/')
  const { missing, check } = useNewAccount()
  const setup = useMutation({ mutationFn: setUpSite, onSuccess: enter })
  const problem = setup.error ? asProblem(setup.error) : undefined

  return (
    <AccountForm
      title={accounts.setupTitle}
      text={accounts.setupText}
      onSubmit={(form) => {
        const account = check(form)
        if (account && code && !setup.isPending) setup.mutate({ code, ...account, language })
      }}
    >
      {code ? (
        <>
          <NameField missing={missing} error={problem} />
          <PasswordField missing={missing} error={problem} />
          {problem && !isToldByField(problem, ['name', 'password']) && <ProblemNote error={problem} />}
          <Button type="submit" kind="primary" wide busy={setup.isPending}>
            {accounts.createAdmin}
          </Button>
        </>
      ) : (
        <Note tone="warn">{accounts.setupMissingCode}</Note>
      )}
    </AccountForm>
  )
}
