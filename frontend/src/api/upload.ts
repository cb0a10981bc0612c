import { urls } from './client.ts'
import { ApiProblem } from './problem.ts'
import type { Submission, SubmissionCheck } from './types.ts'

/** How far an upload has come. */
export interface UploadProgress {
  sent: number
  total: number
  /** Bytes a second since the start. */
  rate: number
}

/** What to send. The idempotency key makes "try again" after a lost answer safe: the server accepts the entry once. */
export interface SubmissionUpload {
  file: File
  note: string
  force?: boolean
  idempotencyKey: string
}

interface Transfer {
  onProgress(progress: UploadProgress): void
  signal: AbortSignal
}

/** Sends a file as an entry. XMLHttpRequest, because `fetch` does not report how much was sent. */
export function createSubmission(
  slug: string,
  upload: SubmissionUpload,
  transfer: Transfer,
): Promise<Submission> {
  return send(`${urls.submissions(slug)}${upload.force ? '?force=true' : ''}`, upload, transfer)
}

/** Has the server check a file; spends nothing and keeps nothing. */
export function checkSubmission(
  slug: string,
  upload: SubmissionUpload,
  transfer: Transfer,
): Promise<SubmissionCheck> {
  return send(`${urls.submissions(slug)}?check=true`, upload, transfer)
}

function send<T>(url: string, upload: SubmissionUpload, { onProgress, signal }: Transfer): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const started = performance.now()
    request.open('POST', url)
    request.setRequestHeader('Idempotency-Key', upload.idempotencyKey)
    request.responseType = 'json'
    request.upload.onprogress = (event) => {
      const seconds = (performance.now() - started) / 1000
      onProgress({ sent: event.loaded, total: event.total, rate: seconds > 0 ? event.loaded / seconds : 0 })
    }
    request.onload = () => {
      if (request.status >= 200 && request.status < 300) resolve(request.response as T)
      else reject(new ApiProblem((request.response as object | null) ?? {}, request.status))
    }
    request.onerror = () => reject(ApiProblem.offline())
    request.onabort = () => reject(new DOMException('Cancelled', 'AbortError'))
    signal.addEventListener('abort', () => request.abort(), { once: true })

    const form = new FormData()
    // The note first: the server reads the parts in order and streams the file.
    form.append('note', upload.note)
    form.append('file', upload.file, upload.file.name)
    request.send(form)
  })
}
