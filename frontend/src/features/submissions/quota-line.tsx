import type { Quota } from '../../api/types.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatClock, formatRelative, zoneDiffers } from '../../lib/format.ts'
import { useMinute } from '../../lib/use-now.ts'
import styles from './quota-line.module.css'

/** Entries left today, and when there are new ones: on the competition's clock and on the reader's. */
export function QuotaLine({ quota, zone }: { quota: Quota; zone: string }) {
  const { t, language } = useWords()
  const now = useMinute()
  const resets = new Date(quota.resets_at)
  const when = formatRelative(resets, now, language)
  const zoned = formatClock(resets, language, zone)
  return (
    <p className={styles.line}>
      {quota.per_day <= 10 && (
        <span className={styles.dots} aria-hidden="true">
          {Array.from({ length: quota.per_day }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the dots are all alike
            <span key={index} className={index < quota.left ? styles.left : styles.used} />
          ))}
        </span>
      )}
      <strong className={quota.left === 0 ? styles.none : styles.some}>
        {t.submit.quota(quota.left, quota.per_day)}
      </strong>
      <span className={styles.muted}>
        {zoneDiffers(resets, zone)
          ? t.submit.resetsBoth(when, zoned, formatClock(resets, language))
          : t.submit.resets(when, zoned)}
      </span>
    </p>
  )
}
