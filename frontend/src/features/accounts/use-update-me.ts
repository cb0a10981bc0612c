import { useMutation, useQueryClient } from '@tanstack/react-query'
import { updateMe } from '../../api/client.ts'
import { meQuery } from '../../api/queries.ts'

/** A change of one's account, shown everywhere at once. */
export function useUpdateMe() {
  const client = useQueryClient()
  return useMutation({ mutationFn: updateMe, onSuccess: (me) => client.setQueryData(meQuery.queryKey, me) })
}
