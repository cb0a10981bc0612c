/** A competition folder as the browser hands it over: what is in it, by what it is for. */
import type { Manifest } from '../../api/hosting.ts'
import type { Language } from '../../api/types.ts'

/** Why a folder cannot be taken. */
export type FolderFault = 'no_manifest' | 'bad_toml'

export interface Folder {
  manifest: Manifest
  pages: { name: string; language: Language; file: File }[]
  /** Files for participants, by their paths below `data/`. */
  data: { path: string; file: File }[]
  solution: File | undefined
}

const sample = 'sample_submission.csv'

/** The path below the folder that was chosen; browsers put the folder's own name before it. */
const below = (file: File) => (file.webkitRelativePath || file.name).split('/').slice(1).join('/')

/** Sorts the files of a folder. What the folder's rules do not know stays where it is; hidden files too. */
export async function readFolder(
  files: readonly File[],
): Promise<Folder | { fault: FolderFault; text: string }> {
  const known = new Map(files.map((file) => [below(file), file]))
  const description = known.get('competition.toml')
  if (!description) return { fault: 'no_manifest', text: '' }
  let manifest: Manifest
  try {
    const { parse } = await import('smol-toml')
    manifest = plain(parse(await description.text())) as Manifest
  } catch (error) {
    return { fault: 'bad_toml', text: error instanceof Error ? error.message : String(error) }
  }
  const pages: Folder['pages'] = []
  const data: Folder['data'] = []
  for (const [path, file] of known) {
    if (path.split('/').some((part) => part.startsWith('.'))) continue
    const page = path.match(/^([a-z0-9-]+)(\.ko)?\.md$/)
    if (page) pages.push({ name: page[1] ?? '', language: page[2] ? 'ko' : 'en', file })
    else if (path === sample) data.push({ path, file })
    else if (path.startsWith('data/')) data.push({ path: path.slice('data/'.length), file })
  }
  return { manifest, pages, data, solution: known.get('solution.csv') }
}

/** Dates of TOML are objects; the API takes local times as text, in whole seconds. */
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString().slice(0, 19)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  return value
}
