import { useWords } from '../text-provider.tsx'
import { running as en, type RunningText } from './en.ts'
import { running as ko } from './ko.ts'

/** The words of a competition that runs and ends, for its hosts; both languages come with those pages. */
export function useRunningText(): RunningText {
  return { en, ko }[useWords().language]
}
