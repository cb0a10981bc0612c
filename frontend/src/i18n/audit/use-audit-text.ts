import { useWords } from '../text-provider.tsx'
import { type AuditText, audit as en } from './en.ts'
import { audit as ko } from './ko.ts'

/** Words of the audit log; they come with the pages that show it. */
export function useAuditText(): AuditText {
  return { en, ko }[useWords().language]
}
