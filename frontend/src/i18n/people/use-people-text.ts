import { useWords } from '../text-provider.tsx'
import { people as en, type PeopleText } from './en.ts'
import { people as ko } from './ko.ts'

/** The words of people's pages; both languages come with them. */
export function usePeopleText(): PeopleText {
  return { en, ko }[useWords().language]
}
