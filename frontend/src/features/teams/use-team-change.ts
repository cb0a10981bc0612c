import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'

/** A change of one's team; what depends on who is in it is asked for again. */
export function useTeamChange<Given = void, Got = unknown>(
  slug: string,
  change: (given: Given) => Promise<Got>,
  onDone?: (got: Got) => void,
): UseMutationResult<Got, Error, Given> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: async (got) => {
      onDone?.(got)
      // First whether there is a team at all: whoever has left must not be asked for theirs.
      await client.invalidateQueries({ queryKey: ['competition', slug] })
      const others = [
        ['team', slug],
        ['my-standing', slug],
        ['board', slug],
        ['submissions', slug],
      ]
      await Promise.all(
        [...others, ['files', slug], ['competitions'], ['invites']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      )
    },
  })
}
