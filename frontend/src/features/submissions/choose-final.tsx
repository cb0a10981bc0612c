import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { chooseFinal, finalsQuery, unchooseFinal } from '../../api/finals.ts'
import type { Submission } from '../../api/types.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Checkbox } from '../../ui/field.tsx'
import { ProblemNote } from '../../ui/state.tsx'

/** The box that makes an entry one of the finals. */
export function ChooseFinal({ slug, entry }: { slug: string; entry: Submission }) {
  const t = useText()
  const client = useQueryClient()
  const finals = useQuery(finalsQuery(slug)).data
  const choose = useMutation({
    mutationFn: (wanted: boolean) => (wanted ? chooseFinal(entry.id) : unchooseFinal(entry.id)),
    // The finals' key begins with the history's.
    onSuccess: () => client.invalidateQueries({ queryKey: ['submissions', slug] }),
  })
  if (!finals?.is_open || entry.state !== 'scored' || entry.is_late) return null
  const isChosen = choose.isPending ? choose.variables : entry.is_chosen
  return (
    <>
      <Checkbox
        label={t.finals.choose}
        aria-label={t.finals.chooseEntry(entry.number)}
        checked={isChosen}
        disabled={!isChosen && finals.chosen.length >= finals.slots}
        onChange={(event) => choose.mutate(event.currentTarget.checked)}
      />
      {choose.error && <ProblemNote error={choose.error} />}
    </>
  )
}
