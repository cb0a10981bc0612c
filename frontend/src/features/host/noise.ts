/**
 * How far chance alone moves a score on so many public rows: the half-width of the 95 % interval as a share of 1. It
 * shrinks with the root of the number of rows, from a width that the server computed for some number of them. Without
 * one: that of a right-or-wrong score of 0.8, `1.96 * sqrt(0.8 * 0.2 / rows)`, which for 1,000 rows is 2.5 points.
 */
export function halfWidth(rows: number, known?: { width: number; rows: number }): number {
  if (known) return known.width * Math.sqrt(known.rows / rows)
  return 1.96 * Math.sqrt((0.8 * 0.2) / rows)
}
