import { useWords } from '../text-provider.tsx'
import { host as en, type HostText } from './en.ts'
import { host as ko } from './ko.ts'

/** The host's words. Both languages come with the host's pages: together they are smaller than a request. */
export function useHostText(): HostText {
  return { en, ko }[useWords().language]
}
