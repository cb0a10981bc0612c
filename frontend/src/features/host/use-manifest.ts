import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Manifest, manifestQuery, saveCompetition } from '../../api/hosting.ts'

/** The manifest as the host is changing it; saved as a whole, because its rules look at it as a whole. */
export function useManifest(slug: string) {
  const client = useQueryClient()
  const query = useQuery(manifestQuery(slug))
  const [changed, setChanged] = useState<Manifest>()
  const [reason, setReason] = useState('')
  const manifest = changed ?? query.data
  const save = useMutation({
    mutationFn: (wish: { manifest: Manifest; reason: string }) => saveCompetition(wish.manifest, wish.reason),
    onSuccess: (_view, saved) => {
      client.setQueryData(manifestQuery(slug).queryKey, saved.manifest)
      setChanged(undefined)
      setReason('')
      for (const key of ['competition', 'checklist', 'changes', 'board'])
        void client.invalidateQueries({ queryKey: [key, slug] })
      void client.invalidateQueries({ queryKey: ['competitions'] })
    },
  })
  return {
    manifest,
    loading: query,
    isChanged: changed !== undefined,
    change: (part: Partial<Manifest>) => manifest && setChanged({ ...manifest, ...part }),
    /** What participants read about the change. */
    reason,
    setReason,
    save: () => manifest && save.mutateAsync({ manifest, reason: reason.trim() }).catch(() => undefined),
    isSaving: save.isPending,
    error: save.error,
    isSaved: save.isSuccess && changed === undefined,
  }
}

export type ManifestForm = ReturnType<typeof useManifest>
