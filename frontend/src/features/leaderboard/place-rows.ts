import type { Standing } from '../../api/types.ts'

/**
 * Where loaded rows lie in the whole board: how many rows are above them, and how many there are in all.
 *
 * Ranks have no gaps, so the rank of the first ranked row tells how many teams stand above it. Baselines have no rank;
 * those outside the loaded rows are not counted until they are loaded.
 */
export function placeRows(
  rows: Pick<Standing, 'rank'>[],
  teams: number,
  hasMore: boolean,
): { offset: number; count: number } {
  const firstRanked = rows.findIndex((row) => row.rank != null)
  if (firstRanked < 0) return { offset: 0, count: rows.length }
  const firstRank = rows[firstRanked]?.rank ?? 1
  const lastRank = rows.findLast((row) => row.rank != null)?.rank ?? firstRank
  const offset = Math.max(0, firstRank - 1 - firstRanked)
  return { offset, count: offset + rows.length + (hasMore ? Math.max(0, teams - lastRank) : 0) }
}
