import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { historiesQuery } from '../../api/queries.ts'
import { useMedia } from '../../lib/use-media.ts'
import type { Placed } from './place-rows.ts'

/** Rows whose lines are asked for together: about a screen. */
const group = 25

type Points = readonly { at: string; score: string }[]

/** The lines of the teams on the screen, once it stands still; nothing where the column is not shown. */
export function useHistories(
  slug: string,
  placed: Placed,
  place: readonly [first: number, last: number] | undefined,
  mine: number | undefined,
): ReadonlyMap<number, Points> {
  const isShown = useMedia('(width >= 68rem)')
  const groups = new Set(isShown && place ? place.map((index) => Math.floor(index / group)) : [])
  const asked = [...groups].map((at) => {
    const rows = Array.from({ length: group }, (_, row) => placed.row(at * group + row))
    const teams = rows.flatMap((row) => (row && row.team_id > 0 && !row.is_benchmark ? [row.team_id] : []))
    return teams.sort((a, b) => a - b)
  })
  if (isShown && mine !== undefined && !asked.some((teams) => teams.includes(mine))) asked.push([mine])
  const answers = useQueries({ queries: asked.map((teams) => historiesQuery(slug, teams)) })
  const found = answers.map((answer) => answer.data)
  return useMemo(
    () => new Map(found.flatMap((list) => list?.items ?? []).map(({ team_id, items }) => [team_id, items])),
    [found[0], found[1], found[2]],
  )
}
