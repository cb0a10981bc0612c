import type { components } from './schema.d.ts'

/** Which problem it is. `offline` is ours: the request never reached the server. */
export type ProblemCode = components['schemas']['Code'] | 'offline'

export type Fault = components['schemas']['Fault']

/** What the server said when something did not work, or that it could not be reached. */
export class ApiProblem extends Error {
  readonly code: ProblemCode
  readonly status: number
  /** The server's own sentence about this occurrence, in English. */
  readonly detail: string
  readonly requestId: string
  readonly errors: Fault[]
  /** Members that belong to the code, such as `resets_at`. */
  readonly extras: Record<string, unknown>

  constructor(body: Partial<components['schemas']['Problem']>, status: number) {
    super(body.detail ?? body.title ?? `Status ${status}`)
    const { code, detail, request_id, errors, type: _type, title: _title, status: _status, ...extras } = body
    this.code = code ?? codeOfStatus(status)
    this.status = status
    this.detail = detail ?? ''
    this.requestId = request_id ?? ''
    this.errors = errors ?? []
    this.extras = extras
  }

  /** The request did not arrive, or its answer did not. */
  static offline(): ApiProblem {
    return new ApiProblem({ code: 'offline' as never }, 0)
  }

  /** What is wrong with one field of a form, if the server named it. */
  field(name: string): Fault | undefined {
    return this.errors.find((error) => error.name === name)
  }
}

// A proxy in front of Podium may answer with a page of its own.
function codeOfStatus(status: number): ProblemCode {
  if (status === 404) return 'not_found'
  if (status === 413) return 'payload_too_large'
  if (status === 408) return 'request_timeout'
  if (status >= 502) return 'busy'
  return 'internal'
}

/** Any thrown value as a problem. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error
  return error instanceof TypeError ? ApiProblem.offline() : new ApiProblem({ detail: String(error) }, 500)
}
