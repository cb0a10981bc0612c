import type { CompetitionState } from './types.ts'

/** Whether the private leaderboard is out. */
export const isRevealed = (state: CompetitionState | undefined) =>
  state === 'revealed' || state === 'archived'
