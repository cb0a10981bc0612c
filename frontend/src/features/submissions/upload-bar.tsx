import type { UploadProgress } from '../../api/upload.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatBytes, splitSpan } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Progress } from '../../ui/progress.tsx'
import styles from './upload-bar.module.css'

/** Bytes, rate and time left; after the last byte, that the server is reading. */
export function UploadBar(props: { kind: 'check' | 'submit'; progress: UploadProgress; onCancel(): void }) {
  const { t, language } = useWords()
  const { sent, total, rate } = props.progress
  const size = (bytes: number) => formatBytes(bytes, language)
  const all = sent >= total
  const left = splitSpan(rate > 0 ? ((total - sent) / rate) * 1000 : 0)
  const label = all ? t.submit.reading : props.kind === 'check' ? t.submit.checking : t.submit.uploading
  return (
    <div className={styles.bar}>
      <div className={styles.head}>
        <strong>{label}</strong>
        {!all && (
          <span className={styles.muted}>
            {t.submit.uploadProgress(size(sent), size(total), size(rate))}
            {rate > 0 &&
              ` · ${t.submit.timeLeft(t.competition.span(left.days, left.hours, left.minutes, left.seconds))}`}
          </span>
        )}
      </div>
      <Progress label={label} value={all ? undefined : total > 0 ? sent / total : 0} />
      <div>
        <Button onClick={props.onCancel}>{t.common.cancel}</Button>
      </div>
    </div>
  )
}
