import { useWords } from '../text-provider.tsx'
import { type AdminText, admin as en } from './en.ts'
import { admin as ko } from './ko.ts'

/** The words of the administrators' pages; both languages come with them. */
export function useAdminText(): AdminText {
  return { en, ko }[useWords().language]
}
