/** Which entries count in the end: chosen by the team, empty slots filled by the best public scores. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, inPath, known } from './client.ts'
import type { Submission } from './types.ts'

export const findFinals = (slug: string) =>
  body(api.GET('/api/v1/competitions/{slug}/finals', inPath({ slug })))

export const chooseFinal = (id: number) =>
  known<Submission>(api.PUT('/api/v1/submissions/{id}/final', inPath({ id })))

export const unchooseFinal = (id: number) =>
  known<Submission>(api.DELETE('/api/v1/submissions/{id}/final', inPath({ id })))

export const finalsQuery = (slug: string) =>
  queryOptions({ queryKey: ['submissions', slug, 'finals'], queryFn: () => findFinals(slug) })
