import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import ChevronDown from 'lucide-react/icons/chevron-down'
import ChevronRight from 'lucide-react/icons/chevron-right'
import FileIcon from 'lucide-react/icons/file'
import FileImage from 'lucide-react/icons/file-image'
import FileSpreadsheet from 'lucide-react/icons/file-spreadsheet'
import FileText from 'lucide-react/icons/file-text'
import { useState } from 'react'
import { filesQuery } from '../../api/queries.ts'
import type { DataFile } from '../../api/types.ts'
import { useText, useWords } from '../../i18n/text-provider.tsx'
import { formatBytes } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import styles from './folder-tree.module.css'

const route = getRouteApi('/competitions/$slug/data')

interface Place {
  slug: string
  /** The folder whose pictures are shown, and the file that is looked into. */
  current: string
  shown: string | undefined
}

/** All folders and files, each folder asked for when it is opened. Pictures are not listed: their folder is a grid. */
export function FolderTree(place: Place) {
  const t = useText()
  return (
    <nav aria-label={t.data.files}>
      <Level {...place} path="" />
    </nav>
  )
}

function Level({ path, ...place }: Place & { path: string }) {
  const t = useText()
  const files = useInfiniteQuery(filesQuery(place.slug, path))
  const items = files.data?.pages.flatMap((page) => page.items) ?? []
  const folders = items.filter((item) => item.folder)
  const others = items.filter((item) => !item.folder && item.kind !== 'image')
  return (
    <ul className={styles.level}>
      {folders.map((item) => (
        <Folder key={item.path} {...place} item={item} />
      ))}
      {others.map((item) => (
        <li key={item.path}>
          <FileLink {...place} folder={path} item={item} />
        </li>
      ))}
      {files.hasNextPage && items.at(-1)?.kind !== 'image' && (
        <li>
          <Button small busy={files.isFetchingNextPage} onClick={() => void files.fetchNextPage()}>
            {t.common.more}
          </Button>
        </li>
      )}
    </ul>
  )
}

function Folder({ item, ...place }: Place & { item: DataFile }) {
  const t = useText()
  const isAround = place.current === item.path || place.current.startsWith(`${item.path}/`)
  const [wish, setWish] = useState<boolean>()
  const isOpen = wish ?? isAround
  const isCurrent = place.current === item.path
  const Chevron = isOpen ? ChevronDown : ChevronRight
  return (
    <li>
      <div className={isCurrent ? `${styles.row} ${styles.shown}` : styles.row}>
        <button
          type="button"
          className={styles.fold}
          aria-expanded={isOpen}
          aria-label={t.data.openFolder(item.name)}
          onClick={() => setWish(!isOpen)}
        >
          <Chevron aria-hidden="true" />
        </button>
        <Link
          from={route.id}
          to="."
          search={{ folder: item.path }}
          resetScroll={false}
          className={styles.link}
          aria-current={isCurrent ? 'true' : undefined}
          onClick={() => setWish(undefined)}
        >
          <span className={styles.name}>{item.name}</span>{' '}
          <span className={styles.size}>{t.data.folderFiles(item.files ?? 0)}</span>
        </Link>
      </div>
      {isOpen && <Level {...place} path={item.path} />}
    </li>
  )
}

const icons = { csv: FileSpreadsheet, image: FileImage, text: FileText, other: FileIcon } as const

function FileLink({ item, folder, shown }: Place & { item: DataFile; folder: string }) {
  const { language } = useWords()
  const isShown = item.path === shown
  const Icon = icons[item.kind]
  return (
    <Link
      from={route.id}
      to="."
      search={{ ...(folder ? { folder } : {}), file: item.path }}
      resetScroll={false}
      className={isShown ? `${styles.row} ${styles.file} ${styles.shown}` : `${styles.row} ${styles.file}`}
      aria-current={isShown ? 'true' : undefined}
    >
      <Icon aria-hidden="true" />
      <span className={styles.name}>{item.name}</span>{' '}
      <span className={styles.size}>{formatBytes(item.bytes, language)}</span>
    </Link>
  )
}
