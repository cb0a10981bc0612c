import { useWords } from '../text-provider.tsx'
import { type AccountsText, accounts as en } from './en.ts'
import { accounts as ko } from './ko.ts'

/** The words of the account's pages; both languages come with them. */
export function useAccountsText(): AccountsText {
  return { en, ko }[useWords().language]
}
