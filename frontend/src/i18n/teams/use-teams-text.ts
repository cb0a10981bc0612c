import { useWords } from '../text-provider.tsx'
import { teams as en, type TeamsText } from './en.ts'
import { teams as ko } from './ko.ts'

/** The words of teams and invitations; both languages come with them. */
export function useTeamsText(): TeamsText {
  return { en, ko }[useWords().language]
}
