import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import type { Competition } from '../../api/types.ts'
import { checkSubmission, createSubmission, type UploadProgress } from '../../api/upload.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatBytes } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import type { Attempt } from './attempt.ts'
import { Outcome } from './outcome.tsx'
import styles from './submit-form.module.css'
import { UploadBar } from './upload-bar.tsx'
import { Verdict } from './verdict.tsx'

/** From a file to a verdict without leaving the page. */
export function SubmitForm({ competition }: { competition: Competition }) {
  const { t, language } = useWords()
  const { slug, limits, quota } = competition
  const client = useQueryClient()
  const [file, setFile] = useState<File>()
  const [note, setNote] = useState('')
  const [attempt, setAttempt] = useState<Attempt>({ step: 'choosing' })
  const [missing, setMissing] = useState(false)
  const [changed, setChanged] = useState(false)
  const transfer = useRef<AbortController>(null)
  // One key for one wish: after a lost answer the same entry is asked for, not a second one.
  const key = useRef(crypto.randomUUID?.() ?? String(Math.random()))

  useEffect(() => () => transfer.current?.abort(), [])

  const fault = !file
    ? missing
      ? t.common.required
      : undefined
    : file.size === 0
      ? t.submit.emptyFile
      : changed
        ? t.submit.fileChanged
        : file.size > limits.file_bytes
          ? t.submit.tooLarge(formatBytes(file.size, language), formatBytes(limits.file_bytes, language))
          : undefined

  const choose = (chosen: File | undefined) => {
    setFile(chosen)
    setMissing(false)
    setChanged(false)
    setAttempt({ step: 'choosing' })
    key.current = crypto.randomUUID?.() ?? String(Math.random())
  }

  const send = async (kind: 'check' | 'submit', force = false) => {
    setMissing(!file)
    if (!file || fault) return
    // A file that was saved again since it was chosen can no longer be read: the browser would report a broken connection.
    const isReadable = await file
      .slice(0, 1)
      .arrayBuffer()
      .then(
        () => true,
        () => false,
      )
    setChanged(!isReadable)
    if (!isReadable) return
    const controller = new AbortController()
    transfer.current = controller
    const started: UploadProgress = { sent: 0, total: file.size, rate: 0 }
    setAttempt({ step: 'sending', kind, progress: started })
    const upload = { file, note, force, idempotencyKey: key.current }
    const options = {
      signal: controller.signal,
      onProgress: (progress: UploadProgress) => setAttempt({ step: 'sending', kind, progress }),
    }
    try {
      if (kind === 'check') {
        setAttempt({ step: 'checked', check: await checkSubmission(slug, upload, options) })
        return
      }
      const submission = await createSubmission(slug, upload, options)
      client.setQueryData(['submission', submission.id], submission)
      setAttempt({ step: 'accepted', id: submission.id })
      setFile(undefined)
      setNote('')
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') setAttempt({ step: 'cancelled' })
      else setAttempt({ step: 'failed', kind, problem: asProblem(error) })
    } finally {
      // Refused files are in the history too, and the quota may have changed.
      if (kind === 'submit') {
        void client.invalidateQueries({ queryKey: ['submissions', slug] })
        void client.invalidateQueries({ queryKey: ['competition', slug] })
      }
    }
  }

  if (attempt.step === 'accepted') {
    return <Verdict slug={slug} id={attempt.id} onAnother={() => choose(undefined)} />
  }
  const sending = attempt.step === 'sending'
  const spent = quota?.left === 0
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (!sending && !spent) void send('submit')
      }}
    >
      <FileDrop
        file={file}
        title={t.submit.dropTitle}
        text={t.submit.dropText(formatBytes(limits.file_bytes, language))}
        error={fault}
        disabled={sending}
        onChange={choose}
      />
      <TextField
        label={t.submit.note}
        optional
        hint={t.submit.noteHint}
        value={note}
        maxLength={500}
        autoComplete="off"
        disabled={sending}
        onChange={(event) => setNote(event.target.value)}
      />
      {sending ? (
        <UploadBar
          kind={attempt.kind}
          progress={attempt.progress}
          onCancel={() => transfer.current?.abort()}
        />
      ) : (
        <div className={styles.actions}>
          <Button type="submit" kind="primary" disabled={spent}>
            {t.submit.submit}
          </Button>
          <Button onClick={() => void send('check')}>{t.submit.check}</Button>
          <span className={styles.muted}>{t.submit.checkHint}</span>
        </div>
      )}
      <Outcome attempt={attempt} onForce={() => void send('submit', true)} />
    </form>
  )
}
