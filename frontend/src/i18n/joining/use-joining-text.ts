import { useWords } from '../text-provider.tsx'
import { joining as en, type JoiningText } from './en.ts'
import { joining as ko } from './ko.ts'

/** The words of joining; both languages come with them. */
export function useJoiningText(): JoiningText {
  return { en, ko }[useWords().language]
}
