import type { ThreadKind } from '../../api/types.ts'

/** What a thread can be for. */
export const kinds = [
  'discussion',
  'question',
  'sharing',
  'write_up',
  'team_wanted',
  'announcement',
] as const satisfies readonly ThreadKind[]
