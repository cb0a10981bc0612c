/** Operations of hosts: a competition's settings, pages, data and solution, and letting it begin. */
import { queryOptions } from '@tanstack/react-query'
import { api, body, inPath, inUrl, known, type Sent } from './client.ts'
import type { components } from './schema.d.ts'
import type { Competition, DataFile, Language, Listed, TaskKind } from './types.ts'

type Schemas = components['schemas']

/** `[task]` of a manifest. Which keys are there depends on the kind. */
export interface Task {
  kind: TaskKind
  id?: string
  target?: string | string[]
  classes?: string[]
  positive?: string
  metric: string
  show?: string[]
}
export type Manifest = Omit<Schemas['Manifest'], 'task'> & { task: Task }
export type ManifestColumn = Schemas['Column']
export type Draft = Omit<Schemas['DraftView'], 'manifest'> & { manifest: Manifest }
export type Finding = Schemas['Finding']
export type MetricEntry = Omit<Schemas['MetricView'], 'task_kinds'> & { task_kinds: TaskKind[] }
export type Solution = Schemas['SolutionView']

/** Parts of the form of a new draft: words, and CSV files by what they are. */
export type DraftFiles = Partial<Record<'train' | 'test' | 'sample' | 'solution', File>>

const sendForm = (form: FormData) => ({ body: form as never, bodySerializer: () => form })

export function createDraft(words: Record<string, string>, files: DraftFiles): Promise<Draft> {
  const form = new FormData()
  // Words first: the server reads the parts in order.
  for (const [name, word] of Object.entries(words)) if (word) form.append(name, word)
  for (const [name, file] of Object.entries(files)) form.append(name, file, file.name)
  return known<Draft>(api.POST('/api/v1/competitions', sendForm(form)))
}

export const findManifest = (slug: string) =>
  known<Manifest>(api.GET('/api/v1/competitions/{slug}/manifest', inPath({ slug })))

/** `reason` is what participants of a published competition read about the change. */
export const saveCompetition = (manifest: Manifest, reason = '') =>
  known<Competition>(
    api.PUT('/api/v1/competitions/{slug}', {
      params: { path: { slug: manifest.slug }, query: reason ? { reason } : {} },
      body: manifest as never,
    }),
  )

/** With a reason it is published although labels may be guessed; what is red stays in the way. */
export const publishCompetition = (slug: string, reason = '') =>
  known<Competition>(
    api.POST('/api/v1/competitions/{slug}/publish', {
      params: { path: { slug }, query: reason ? { force: true, reason } : {} },
    }),
  )

export const releaseScores = (slug: string) =>
  known<Competition>(api.POST('/api/v1/competitions/{slug}/release', inPath({ slug })))

export const findPageSource = (slug: string, name: string, language: Language) =>
  body(
    api.GET('/api/v1/competitions/{slug}/pages/{name}/{language}/source', inPath({ slug, name, language })),
  )

export const savePage = (slug: string, name: string, language: Language, page: Sent<'save_page'>) =>
  body(
    api.PUT('/api/v1/competitions/{slug}/pages/{name}/{language}', {
      ...inPath({ slug, name, language }),
      body: page,
    }),
  )

/** Raw bytes, not JSON: a CSV, a tar. */
const sendBytes = (file: Blob) => ({ body: file as never, bodySerializer: () => file })

export const uploadFiles = (slug: string, archive: Blob) =>
  body(
    api.POST('/api/v1/competitions/{slug}/files', {
      ...inPath({ slug }),
      ...sendBytes(archive),
      headers: { 'content-type': 'application/x-tar' },
    }),
  )

export const deleteFile = (slug: string, path: string) =>
  body(
    api.DELETE('/api/v1/competitions/{slug}/files/{path}', {
      ...inPath({ slug, path }),
      pathSerializer: (template) =>
        template.replace('{slug}', encodeURIComponent(slug)).replace('{path}', inUrl(path)),
    }),
  )

export const listAllFiles = (slug: string) =>
  known<Listed<Pick<DataFile, 'path' | 'bytes' | 'sha256'>>>(
    api.GET('/api/v1/competitions/{slug}/files/all', inPath({ slug })),
  )

export const saveSolution = (slug: string, file: Blob) =>
  body(
    api.PUT('/api/v1/competitions/{slug}/solution', {
      ...inPath({ slug }),
      ...sendBytes(file),
      headers: { 'content-type': 'text/csv' },
    }),
  )

export const listMetrics = () => known<{ items: MetricEntry[] }>(api.GET('/api/v1/metrics-catalogue'))

export const manifestQuery = (slug: string) =>
  queryOptions({
    queryKey: ['manifest', slug],
    queryFn: () => findManifest(slug),
    // What is being typed must not be replaced under the host's hands.
    staleTime: Number.POSITIVE_INFINITY,
  })

export const pageSourceQuery = (slug: string, name: string, language: Language) =>
  queryOptions({
    queryKey: ['page-source', slug, name, language],
    queryFn: () => findPageSource(slug, name, language),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const allFilesQuery = (slug: string) =>
  queryOptions({ queryKey: ['all-files', slug], queryFn: () => listAllFiles(slug) })

export const metricsQuery = queryOptions({
  queryKey: ['metrics'],
  queryFn: listMetrics,
  staleTime: Number.POSITIVE_INFINITY,
})

export type ItemStatus = 'red' | 'yellow' | 'green'
export type ChecklistItem = Omit<Schemas['ChecklistItem'], 'status'> & { status: ItemStatus }
export type Checklist = Omit<Schemas['ChecklistView'], 'items'> & { items: ChecklistItem[] }

/** Reads every data file, so it is asked once per visit and after each change of what it looks at. */
export const checklistQuery = (slug: string) =>
  queryOptions({
    queryKey: ['checklist', slug],
    queryFn: () => known<Checklist>(api.GET('/api/v1/competitions/{slug}/checklist', inPath({ slug }))),
    staleTime: 0,
  })

/** What the wizard's answer said: kept for the pages that follow it; there is no asking for it again. */
export const draftQuery = (slug: string) =>
  queryOptions<Draft>({
    queryKey: ['draft', slug],
    queryFn: () => Promise.reject(new Error('only the wizard knows')),
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  })
