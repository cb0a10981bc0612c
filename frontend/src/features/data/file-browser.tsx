import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import FileIcon from 'lucide-react/icons/file'
import FileImage from 'lucide-react/icons/file-image'
import FileSpreadsheet from 'lucide-react/icons/file-spreadsheet'
import FileText from 'lucide-react/icons/file-text'
import FolderIcon from 'lucide-react/icons/folder'
import { Fragment } from 'react'
import { filesQuery } from '../../api/queries.ts'
import type { DataFile } from '../../api/types.ts'
import { useText, useWords } from '../../i18n/text-provider.tsx'
import { formatBytes } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import styles from './file-browser.module.css'
import { FilePreview } from './file-preview.tsx'
import { ImageGrid } from './image-grid.tsx'

const route = getRouteApi('/competitions/$slug/data')

/** The files of one folder at a time; beside them the one that is looked into. The address knows both. */
export function FileBrowser({ slug }: { slug: string }) {
  const t = useText()
  const { folder = '', file } = route.useSearch()
  const files = useInfiniteQuery(filesQuery(slug, folder))
  const items = files.data?.pages.flatMap((page) => page.items)

  if (files.isPending) return <Bones rows={5} tall />
  if (!items) return <ErrorState error={files.error} onRetry={() => void files.refetch()} />
  if (items.length === 0 && !folder)
    return <EmptyState title={t.data.noFiles}>{t.data.noFilesText}</EmptyState>

  const images = items.filter((item) => item.kind === 'image' && !item.folder)
  const others = items.filter((item) => item.kind !== 'image' || item.folder)
  const more = files.hasNextPage && (
    <div className={styles.more}>
      <Button busy={files.isFetchingNextPage} onClick={() => void files.fetchNextPage()}>
        {t.common.more}
      </Button>
    </div>
  )
  const shown =
    others.find((item) => item.path === file) ?? (images.length > 0 ? undefined : firstToShow(others))

  return (
    <div className={styles.browser}>
      {folder && <Path folder={folder} />}
      {items.length === 0 && <p className={styles.muted}>{t.data.emptyFolder}</p>}
      {others.length > 0 && (
        <div className={styles.panes}>
          <div className={styles.listPane}>
            <FileList items={others} shown={shown} />
            {images.length === 0 && more}
          </div>
          <div className={styles.preview}>
            {shown ? (
              <FilePreview key={shown.path} slug={slug} file={shown} />
            ) : (
              <p className={styles.muted}>{t.data.choose}</p>
            )}
          </div>
        </div>
      )}
      {images.length > 0 && (
        <>
          <ImageGrid slug={slug} images={images} opened={file} />
          {more}
        </>
      )}
    </div>
  )
}

/** What to open when nothing is chosen: the training table, else the first table. */
function firstToShow(items: DataFile[]): DataFile | undefined {
  const tables = items.filter((item) => item.kind === 'csv' && !item.folder)
  return tables.find((item) => item.name.startsWith('train')) ?? tables[0]
}

function Path({ folder }: { folder: string }) {
  const t = useText()
  const parts = folder.split('/')
  return (
    <nav className={styles.path} aria-label={t.data.files}>
      <Link from={route.id} to="." search={{}} resetScroll={false}>
        {t.data.root}
      </Link>
      {parts.map((name, index) => {
        const path = parts.slice(0, index + 1).join('/')
        return (
          <Fragment key={path}>
            <span aria-hidden="true">/</span>
            {index === parts.length - 1 ? (
              <span className={styles.here} aria-current="page">
                {name}
              </span>
            ) : (
              <Link from={route.id} to="." search={{ folder: path }} resetScroll={false}>
                {name}
              </Link>
            )}
          </Fragment>
        )
      })}
    </nav>
  )
}

const icons = { csv: FileSpreadsheet, image: FileImage, text: FileText, other: FileIcon } as const

function FileList({ items, shown }: { items: DataFile[]; shown: DataFile | undefined }) {
  const { t, language } = useWords()
  return (
    <ul className={styles.list}>
      {items.map((item) => {
        const Icon = item.folder ? FolderIcon : icons[item.kind]
        return (
          <li key={item.path}>
            <Link
              from={route.id}
              to="."
              search={(old) => (item.folder ? { folder: item.path } : { ...old, file: item.path })}
              resetScroll={false}
              className={item.path === shown?.path ? `${styles.item} ${styles.shown}` : styles.item}
              aria-current={item.path === shown?.path ? 'true' : undefined}
            >
              <Icon aria-hidden="true" />
              <span className={styles.name}>{item.name}</span>{' '}
              <span className={styles.size}>
                {item.folder ? t.data.folderFiles(item.files ?? 0) : formatBytes(item.bytes, language)}
              </span>
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
