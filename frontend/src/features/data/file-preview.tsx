import { useQuery } from '@tanstack/react-query'
import Download from 'lucide-react/icons/download'
import { useState } from 'react'
import { urls } from '../../api/client.ts'
import { previewQuery } from '../../api/queries.ts'
import type { DataFile } from '../../api/types.ts'
import { useText, useWords } from '../../i18n/text-provider.tsx'
import { formatBytes } from '../../lib/format.ts'
import { ButtonAnchor } from '../../ui/button.tsx'
import { Segments } from '../../ui/segments.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { ColumnTable } from './column-table.tsx'
import styles from './file-preview.module.css'
import { RowTable } from './row-table.tsx'

/** One file: what it is, how to get it, and what is inside where that can be told. */
export function FilePreview({ slug, file }: { slug: string; file: DataFile }) {
  const { t, language } = useWords()
  return (
    <section className={styles.preview} aria-label={file.name}>
      <div className={styles.head}>
        <div className={styles.title}>
          <h3>{file.name}</h3>
          <p className={styles.muted}>
            {formatBytes(file.bytes, language)}
            {file.sha256 && (
              <>
                {' · '}
                <abbr title={file.sha256}>
                  {t.data.checksum} <code className={styles.hash}>{file.sha256.slice(0, 12)}…</code>
                </abbr>
              </>
            )}
          </p>
        </div>
        <ButtonAnchor
          href={urls.file(slug, file.path)}
          download={file.name}
          small
          icon={<Download aria-hidden="true" />}
          aria-label={t.data.downloadFile(file.name)}
        >
          {t.data.download}
        </ButtonAnchor>
      </div>
      {file.kind === 'csv' ? (
        <Table slug={slug} path={file.path} />
      ) : (
        <EmptyState title={t.data.noPreview}>{t.data.noPreviewText}</EmptyState>
      )}
    </section>
  )
}

function Table({ slug, path }: { slug: string; path: string }) {
  const t = useText()
  const preview = useQuery(previewQuery(slug, path))
  const [view, setView] = useState<'columns' | 'rows'>('columns')
  if (preview.isPending) return <Bones rows={6} tall />
  if (preview.isError) return <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />
  const { columns, rows, total_rows, sampled } = preview.data
  return (
    <>
      <div className={styles.bar}>
        <Segments
          label={t.data.view}
          value={view}
          options={[
            ['columns', t.data.viewColumns],
            ['rows', t.data.viewRows],
          ]}
          onChange={setView}
        />
        <p className={styles.muted}>
          {view === 'rows'
            ? t.data.firstRows(rows.length, total_rows)
            : `${t.data.rows(total_rows)}, ${t.data.columns(columns.length)}${sampled ? `. ${t.data.sampled}` : ''}`}
        </p>
      </div>
      {view === 'columns' ? <ColumnTable columns={columns} /> : <RowTable columns={columns} rows={rows} />}
    </>
  )
}
