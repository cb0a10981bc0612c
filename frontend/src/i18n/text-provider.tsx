import { createContext, type ReactNode, useContext, useMemo, useState } from 'react'
import type { Language } from '../api/types.ts'
import { readCookie, writeCookie } from '../lib/cookies.ts'
import { en, type Text } from './en.ts'

interface Words {
  language: Language
  t: Text
  /** Shows another language and keeps it for later visits. */
  setLanguage(language: Language): Promise<void>
}

const Context = createContext<Words | undefined>(undefined)

const load: Record<Language, () => Promise<Text>> = {
  en: async () => en,
  ko: async () => (await import('./ko.ts')).ko,
}

/** The language of the cookie, else the first of the browser's languages that Podium speaks. */
export function preferredLanguage(): Language {
  const wishes = [readCookie('lang'), ...navigator.languages]
  const known = wishes.map((wish) => wish?.slice(0, 2)).find((wish) => wish === 'en' || wish === 'ko')
  return (known as Language | undefined) ?? 'en'
}

/** The catalogue of a language; each but English comes in a chunk of its own. */
export async function loadText(language: Language): Promise<Text> {
  const text = await load[language]()
  document.documentElement.lang = language
  return text
}

/** Gives the pages below it their words. */
export function TextProvider(props: { language: Language; text: Text; children: ReactNode }) {
  const [shown, setShown] = useState({ language: props.language, t: props.text })
  const words = useMemo<Words>(
    () => ({
      ...shown,
      async setLanguage(language) {
        const t = await loadText(language)
        writeCookie('lang', language)
        setShown({ language, t })
      },
    }),
    [shown],
  )
  return <Context value={words}>{props.children}</Context>
}

export function useWords(): Words {
  const words = useContext(Context)
  if (!words) throw new Error('No TextProvider above this component')
  return words
}

/** The catalogue. */
export function useText(): Text {
  return useWords().t
}

/** A text that hosts wrote in both languages; the other one where theirs is missing. */
export function pick(text: { en: string; ko?: string | null }, language: Language): string {
  return text[language] || text[language === 'ko' ? 'en' : 'ko'] || ''
}
