import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type Manifest, manifestQuery, saveCompetition } from '../../api/hosting.ts'

/** The manifest as the host is changing it; saved as a whole, because its rules look at it as a whole. */
export function useManifest(slug: string) {
  const client = useQueryClient()
  const query = useQuery(manifestQuery(slug))
  const [changed, setChanged] = useState<Manifest>()
  const manifest = changed ?? query.data
  const save = useMutation({
    mutationFn: saveCompetition,
    onSuccess: (_view, saved) => {
      client.setQueryData(manifestQuery(slug).queryKey, saved)
      setChanged(undefined)
      for (const key of ['competition', 'checklist']) void client.invalidateQueries({ queryKey: [key, slug] })
      void client.invalidateQueries({ queryKey: ['competitions'] })
    },
  })
  return {
    manifest,
    loading: query,
    isChanged: changed !== undefined,
    change: (part: Partial<Manifest>) => manifest && setChanged({ ...manifest, ...part }),
    save: () => manifest && save.mutateAsync(manifest).catch(() => undefined),
    isSaving: save.isPending,
    error: save.error,
    isSaved: save.isSuccess && changed === undefined,
  }
}

export type ManifestForm = ReturnType<typeof useManifest>
