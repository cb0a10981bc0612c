import { useWords } from '../text-provider.tsx'
import { type DiscussionText, discussion as en } from './en.ts'
import { discussion as ko } from './ko.ts'

/** The words of the discussion; both languages come with its pages. */
export function useDiscussionText(): DiscussionText {
  return { en, ko }[useWords().language]
}
