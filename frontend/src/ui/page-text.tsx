import type { Page } from '../api/types.ts'
import { useWords } from '../i18n/text-provider.tsx'
import styles from './page-text.module.css'
import { RichText } from './rich-text.tsx'

/**
 * A page that the host wrote; says so when it is there in the other language only. A first heading that only repeats
 * `title` is left out.
 */
export function PageText({ page, title }: { page: Page; title?: string }) {
  const { t, language } = useWords()
  return (
    <div lang={page.language}>
      {page.language !== language && (
        <p className={styles.other} lang={language}>
          {t.competition.onlyInOther}
        </p>
      )}
      <RichText html={page.html} untitled={title !== undefined && page.headings[0]?.text === title} />
    </div>
  )
}
