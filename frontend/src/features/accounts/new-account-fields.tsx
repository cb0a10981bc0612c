import { useState } from 'react'
import { type ApiProblem, asProblem } from '../../api/problem.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { TextField } from '../../ui/field.tsx'

/** Fewest characters of a password; the server has the last word. */
export const passwordLength = 10

type Missing = Partial<Record<'name' | 'password', string>>

/** The checks that need no server, with their messages beside the fields. */
export function useNewAccount() {
  const t = useText()
  const accounts = useAccountsText()
  const [missing, setMissing] = useState<Missing>({})
  return {
    missing,
    check(form: FormData): { name: string; password: string } | undefined {
      const name = String(form.get('name')).trim()
      const password = String(form.get('password'))
      const found: Missing = {
        ...(name ? {} : { name: t.common.required }),
        ...(password.length >= passwordLength ? {} : { password: accounts.passwordTooShort }),
      }
      setMissing(found)
      return Object.keys(found).length === 0 ? { name, password } : undefined
    },
  }
}

export function NameField({ missing, error }: { missing: Missing; error: unknown }) {
  const t = useText()
  const accounts = useAccountsText()
  const problem = error ? asProblem(error) : undefined
  const taken = problem?.code === 'name_taken' ? t.problems.name_taken[1] : undefined
  return (
    <TextField
      label={accounts.name}
      name="name"
      autoComplete="username"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={64}
      required
      hint={accounts.nameHint}
      error={missing.name ?? taken ?? t.fieldText(problem?.field('name'))}
    />
  )
}

export function PasswordField({ missing, error }: { missing: Missing; error: unknown }) {
  const t = useText()
  const accounts = useAccountsText()
  return (
    <TextField
      label={accounts.password}
      name="password"
      type="password"
      autoComplete="new-password"
      minLength={passwordLength}
      required
      hint={accounts.passwordHint}
      error={missing.password ?? (error ? t.fieldText(asProblem(error).field('password')) : undefined)}
    />
  )
}

/** Whether a problem is already told beside a field. */
export function isToldByField(problem: ApiProblem, fields: string[]): boolean {
  return (
    problem.code === 'name_taken' ||
    problem.code === 'email_taken' ||
    (problem.code === 'invalid_input' &&
      problem.errors.every(({ name }) => name != null && fields.includes(name)))
  )
}
