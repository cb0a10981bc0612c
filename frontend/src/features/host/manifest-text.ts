import type { Language } from '../../api/types.ts'

/** A text of the manifest, whose Korean may be missing. */
interface ManifestText {
  en: string
  ko?: string | null
}

/** An empty Korean text is none: readers get the English one. */
export function withLanguage<T extends ManifestText>(text: T, language: Language, value: string): T {
  if (language === 'en') return { ...text, en: value }
  const { ko: _old, ...rest } = text
  return (value ? { ...rest, ko: value } : rest) as T
}
