import { useQuery } from '@tanstack/react-query'
import { finalsQuery } from '../../api/finals.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatNumber } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { Deadline } from '../../ui/time.tsx'
import styles from './finals.module.css'

/** What would count if the competition ended now. The history below has the boxes that change it. */
export function Finals({ slug, zone }: { slug: string; zone: string }) {
  const { t, language } = useWords()
  const finals = useQuery(finalsQuery(slug)).data
  if (!finals || finals.slots === 0) return null
  return (
    <section className={styles.finals} aria-label={t.finals.title}>
      <p className={styles.title}>
        {t.finals.title}{' '}
        <span className={styles.muted}>{t.finals.slots(finals.chosen.length, finals.slots)}</span>
      </p>
      {finals.counting.length === 0 ? (
        <p className={styles.muted}>{t.finals.nothing}</p>
      ) : (
        <ul className={styles.list}>
          {finals.counting.map((final) => (
            <li key={final.id}>
              {t.submit.entry(final.number)} <strong>{final.score}</strong>{' '}
              <Badge tone={final.reason === 'chosen' ? 'accent' : 'neutral'}>
                {final.reason === 'chosen' ? t.finals.chosen : t.finals.filled}
              </Badge>
            </li>
          ))}
        </ul>
      )}
      <p className={styles.muted}>
        {finals.is_open ? (
          <>
            {t.finals.until} <Deadline at={finals.ends_at} zone={zone} />
          </>
        ) : (
          t.finals.closed(formatNumber(finals.slots, language))
        )}
      </p>
    </section>
  )
}
