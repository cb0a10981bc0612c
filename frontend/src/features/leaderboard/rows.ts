import type { ClosingBoard, ClosingStanding, Leaderboard, Standing } from '../../api/types.ts'

/** A row of either board. */
export interface Row extends Standing {
  /** Places won (positive) or lost against the public board; only on the private one. */
  moved?: number | null
}

/** A page of either board, with rows of one form. */
export interface BoardPage {
  board: 'public' | 'private'
  /** Grows with every change; the private board does not change by itself. */
  version: number
  teams: number
  rows: Row[]
}

const forms = new WeakMap<Leaderboard | ClosingBoard, BoardPage>()

/** The page of an answer; the same object for the same answer. */
export function pageOf(answer: Leaderboard | ClosingBoard): BoardPage {
  const known = forms.get(answer)
  if (known) return known
  const page: BoardPage = isPrivate(answer)
    ? { board: 'private', version: 0, teams: answer.teams, rows: answer.items.map(closingRow) }
    : { board: 'public', version: answer.version, teams: answer.teams, rows: answer.items }
  forms.set(answer, page)
  return page
}

export function isPrivate(answer: Leaderboard | ClosingBoard): answer is ClosingBoard {
  return answer.board === 'private'
}

/** Beside the private score stands the public one of the same entry. */
export function closingRow(row: ClosingStanding): Row {
  return {
    ...row,
    rank: row.rank ?? null,
    score: row.score ?? '–',
    also: [{ metric: 'public', score: row.public_score }],
    best_at: row.accepted_at,
    last_at: row.accepted_at,
  }
}
