import type { BoardPage, Row } from './rows.ts'

/**
 * Where the rows of loaded pages lie in the whole board.
 *
 * A page of the public board holds 100 ranked teams and, besides, the baselines that stand among them; a page of the
 * private board holds 100 rows of either kind. Baselines on pages that are not loaded are not known: when one turns up, the
 * rows below move down by it.
 */
export class Placed {
  /** All rows, loaded or not. */
  readonly count: number
  private readonly loaded: readonly { page: number; offset: number; rows: readonly Row[] }[]
  private readonly size: number

  constructor(pages: ReadonlyMap<number, BoardPage>, teams: number, size: number) {
    this.size = size
    let shift = 0
    let baselines = 0
    const loaded = []
    for (const page of [...pages.keys()].sort((a, b) => a - b)) {
      const held = pages.get(page)
      if (!held) continue
      loaded.push({ page, offset: page * size + shift, rows: held.rows })
      const unranked = held.rows.filter((row) => row.rank == null).length
      baselines += unranked
      if (held.board === 'public') shift += unranked
    }
    this.loaded = loaded
    this.count = teams + baselines
  }

  /** The page that holds a place, loaded or not. */
  pageOf(index: number): number {
    let shift = 0
    for (const { page, offset, rows } of this.loaded) {
      if (index < offset) break
      if (index < offset + rows.length) return page
      shift = offset + rows.length - (page + 1) * this.size
      // A short page is the last one.
      if (shift < 0) return page
    }
    return Math.max(0, Math.floor((index - shift) / this.size))
  }

  /** The row at a place from 0, if it is loaded. */
  row(index: number): Row | undefined {
    const holder = this.loaded.find(({ offset, rows }) => index >= offset && index < offset + rows.length)
    return holder?.rows[index - holder.offset]
  }

  /** Place of the first loaded row of a rank; of the nearest one above it where ties have left the rank out. */
  placeOfRank(rank: number): number | undefined {
    for (const { offset, rows } of this.loaded) {
      const last = rows.findLast((row) => row.rank != null)?.rank
      if (last == null || last < rank) continue
      const index = rows.findIndex((row) => row.rank === rank)
      if (index >= 0) return offset + index
      const before = rows.findLastIndex((row) => row.rank != null && row.rank < rank)
      return before >= 0 ? offset + before : undefined
    }
    return undefined
  }

  /** The row of a team, if it is loaded. */
  rowOfTeam(team: number): Row | undefined {
    for (const { rows } of this.loaded) {
      const row = rows.find((row) => row.team_id === team)
      if (row) return row
    }
    return undefined
  }
}
