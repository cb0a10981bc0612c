import { useWords } from '../text-provider.tsx'
import { type AccessText, access as en } from './en.ts'
import { access as ko } from './ko.ts'

/** The words of the page about sign-up and ranks; both languages come with it. */
export function useAccessText(): AccessText {
  return { en, ko }[useWords().language]
}
