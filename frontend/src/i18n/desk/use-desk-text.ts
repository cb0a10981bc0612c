import { useWords } from '../text-provider.tsx'
import { type DeskText, desk as en } from './en.ts'
import { desk as ko } from './ko.ts'

/** The words of the host's pages about people; both languages come with those pages. */
export function useDeskText(): DeskText {
  return { en, ko }[useWords().language]
}
