import type { Page } from '../api/types.ts'
import { useWords } from '../i18n/text-provider.tsx'
import styles from './page-text.module.css'
import { RichText } from './rich-text.tsx'

/** A page that the host wrote; says so when it is there in the other language only. */
export function PageText({ page }: { page: Page }) {
  const { t, language } = useWords()
  return (
    <div lang={page.language}>
      {page.language !== language && (
        <p className={styles.other} lang={language}>
          {t.competition.onlyInOther}
        </p>
      )}
      <RichText html={page.html} />
    </div>
  )
}
