import type { CompetitionState } from '../../api/types.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Badge } from '../../ui/badge.tsx'

const tones = {
  draft: 'warn',
  scheduled: 'neutral',
  running: 'good',
  closed: 'neutral',
  revealed: 'neutral',
  archived: 'neutral',
} as const

export function StateBadge({ state }: { state: CompetitionState }) {
  return <Badge tone={tones[state]}>{useText().competition.states[state]}</Badge>
}
