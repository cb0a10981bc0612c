import type { Language } from '../../api/types.ts'
import { pick } from '../../i18n/text-provider.tsx'

/** A text of the manifest, whose Korean may be missing. */
export interface ManifestText {
  en: string
  ko?: string | null
}

/** What readers of a language get of it. */
export const write = (text: ManifestText, language: Language) =>
  pick({ en: text.en, ko: text.ko ?? '' }, language)

/** An empty Korean text is none: readers get the English one. */
export function withLanguage<T extends ManifestText>(text: T, language: Language, value: string): T {
  if (language === 'en') return { ...text, en: value }
  const { ko: _old, ...rest } = text
  return (value ? { ...rest, ko: value } : rest) as T
}
