import { useWords } from '../text-provider.tsx'
import { type BoardText, board as en } from './en.ts'
import { board as ko } from './ko.ts'

/** The words of the leaderboard; both languages come with its page. */
export function useBoardText(): BoardText {
  return { en, ko }[useWords().language]
}
