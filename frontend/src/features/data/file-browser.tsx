import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { filesQuery } from '../../api/queries.ts'
import type { DataFile } from '../../api/types.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import styles from './file-browser.module.css'
import { FilePreview } from './file-preview.tsx'
import { FolderTree } from './folder-tree.tsx'
import { ImageGrid } from './image-grid.tsx'

const route = getRouteApi('/competitions/$slug/data')

/** The tree of files; beside it the file that is looked into, or the pictures of the folder. The address knows both. */
export function FileBrowser({ slug }: { slug: string }) {
  const t = useText()
  const { folder = '', file } = route.useSearch()
  const files = useInfiniteQuery(filesQuery(slug, folder))
  const items = files.data?.pages.flatMap((page) => page.items)

  if (files.isPending && !folder) return <Bones rows={5} tall />
  if (files.isError) return <ErrorState error={files.error} onRetry={() => void files.refetch()} />
  if (items?.length === 0 && !folder)
    return <EmptyState title={t.data.noFiles}>{t.data.noFilesText}</EmptyState>

  const images = items?.filter((item) => item.kind === 'image' && !item.folder) ?? []
  const others = items?.filter((item) => item.kind !== 'image' && !item.folder) ?? []
  const shown =
    others.find((item) => item.path === file) ?? (images.length > 0 ? undefined : firstToShow(others))

  return (
    <div className={styles.panes}>
      <FolderTree slug={slug} current={folder} shown={shown?.path} />
      <div className={styles.preview}>
        {!items ? (
          <Bones rows={5} tall />
        ) : shown ? (
          <FilePreview key={shown.path} slug={slug} file={shown} />
        ) : images.length > 0 ? (
          <>
            <ImageGrid slug={slug} images={images} opened={file} />
            {files.hasNextPage && (
              <div className={styles.more}>
                <Button busy={files.isFetchingNextPage} onClick={() => void files.fetchNextPage()}>
                  {t.common.more}
                </Button>
              </div>
            )}
          </>
        ) : (
          <p className={styles.muted}>{items.length === 0 ? t.data.emptyFolder : t.data.choose}</p>
        )}
      </div>
    </div>
  )
}

/** What to open when nothing is chosen: the training table, else the first table. */
function firstToShow(items: DataFile[]): DataFile | undefined {
  const tables = items.filter((item) => item.kind === 'csv')
  return tables.find((item) => item.name.startsWith('train')) ?? tables[0]
}
