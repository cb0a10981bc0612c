import type { ApiProblem } from '../../api/problem.ts'
import type { SubmissionCheck } from '../../api/types.ts'
import type { UploadProgress } from '../../api/upload.ts'

/** Where one try of sending a file stands. */
export type Attempt =
  | { step: 'choosing' }
  | { step: 'sending'; kind: 'check' | 'submit'; progress: UploadProgress }
  | { step: 'cancelled' }
  | { step: 'checked'; check: SubmissionCheck }
  | { step: 'failed'; kind: 'check' | 'submit'; problem: ApiProblem }
  | { step: 'accepted'; id: number }
