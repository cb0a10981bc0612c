/** People as everybody sees them. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, inPath } from './client.ts'
import type { components } from './schema.d.ts'

export type Profile = components['schemas']['ProfileView']

const findPerson = (name: string) => body(api.GET('/api/v1/people/{name}', inPath({ name })))

export const personQuery = (name: string) =>
  queryOptions({ queryKey: ['people', name], queryFn: () => findPerson(name) })
