import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { allFilesQuery, deleteFile, type Solution, saveSolution, uploadFiles } from '../../api/hosting.ts'
import { asProblem } from '../../api/problem.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatBytes, formatNumber } from '../../lib/format.ts'
import { tar } from '../../lib/tar.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { FileDrop } from '../../ui/file-drop.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import { FaultsNote } from './faults-note.tsx'
import styles from './host.module.css'

const route = getRouteApi('/competitions/$slug')

/** Files shown at once; a folder of 10,000 pictures is counted, not listed. */
const shownFiles = 100

/** What participants get, and the hidden solution, which goes in and never comes out. */
export function FilesPage() {
  const host = useHostText()
  const { slug } = route.useParams()
  return (
    <>
      <Panel title={host.dataFiles}>
        <p className={styles.muted}>{host.dataFilesText}</p>
        <Upload slug={slug} />
        <Files slug={slug} />
      </Panel>
      <Panel title={host.solution}>
        <p className={styles.muted}>{host.solutionText}</p>
        <SolutionUpload slug={slug} />
      </Panel>
    </>
  )
}

function Upload({ slug }: { slug: string }) {
  const { language } = useWords()
  const host = useHostText()
  const client = useQueryClient()
  const [file, setFile] = useState<File>()
  const upload = useMutation({
    mutationFn: (chosen: File) => uploadFiles(slug, tar([{ path: chosen.name, file: chosen }])),
    onSuccess: () => {
      setFile(undefined)
      for (const key of ['all-files', 'files', 'competition', 'checklist'])
        void client.invalidateQueries({ queryKey: [key, slug] })
    },
  })
  return (
    <div className={styles.group}>
      <FileDrop
        file={file}
        title={host.dropData}
        text={host.dropDataText}
        accept="*"
        error={undefined}
        disabled={upload.isPending}
        onChange={setFile}
      />
      {upload.error && <ProblemNote error={upload.error} />}
      <div className={styles.actions}>
        <Button busy={upload.isPending} disabled={!file} onClick={() => file && upload.mutate(file)}>
          {host.upload}
        </Button>
        <p role="status" className={styles.muted}>
          {upload.data && host.uploaded(formatNumber(upload.data.stored + upload.data.unchanged, language))}
        </p>
      </div>
    </div>
  )
}

function Files({ slug }: { slug: string }) {
  const { t, language } = useWords()
  const host = useHostText()
  const client = useQueryClient()
  const files = useQuery(allFilesQuery(slug))
  const remove = useMutation({
    mutationFn: (path: string) => deleteFile(slug, path),
    onSuccess: () => {
      for (const key of ['all-files', 'files', 'competition', 'checklist'])
        void client.invalidateQueries({ queryKey: [key, slug] })
    },
  })
  if (files.isPending) return <Bones rows={3} />
  if (!files.data) return <ErrorState error={files.error} onRetry={() => void files.refetch()} />
  const items = files.data.items
  if (items.length === 0) return <EmptyState title={t.data.noFiles}>{host.noFilesText}</EmptyState>
  const bytes = items.reduce((sum, item) => sum + item.bytes, 0)
  return (
    <>
      {remove.error && <ProblemNote error={remove.error} />}
      <p>{t.data.total(items.length, formatBytes(bytes, language))}</p>
      <div className={styles.frame}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{host.path}</th>
              <th scope="col" className={styles.number}>
                {host.size}
              </th>
              <th scope="col">{host.action}</th>
            </tr>
          </thead>
          <tbody>
            {items.slice(0, shownFiles).map((item) => (
              <tr key={item.path}>
                <th scope="row">{item.path}</th>
                <td className={styles.number}>{formatBytes(item.bytes, language)}</td>
                <td>
                  <Confirm
                    label={host.deleteFile(item.path)}
                    title={host.deleteFileTitle(item.path)}
                    text={host.deleteFileText}
                    action={t.common.delete}
                    onConfirm={() => remove.mutate(item.path)}
                  >
                    {t.common.delete}
                  </Confirm>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {items.length > shownFiles && (
        <p className={styles.muted}>{host.moreFiles(items.length - shownFiles)}</p>
      )}
    </>
  )
}

function SolutionUpload({ slug }: { slug: string }) {
  const { language } = useWords()
  const host = useHostText()
  const client = useQueryClient()
  const [file, setFile] = useState<File>()
  const save = useMutation({
    mutationFn: (chosen: File) => saveSolution(slug, chosen) as Promise<Solution>,
    onSuccess: () => {
      setFile(undefined)
      for (const key of ['competition', 'checklist']) void client.invalidateQueries({ queryKey: [key, slug] })
    },
  })
  const problem = save.error ? asProblem(save.error) : undefined
  const number = (value: number) => formatNumber(value, language)
  return (
    <div className={styles.group}>
      <FileDrop
        file={file}
        title={host.dropSolution}
        text={host.dropSolutionText}
        error={undefined}
        disabled={save.isPending}
        onChange={setFile}
      />
      {problem && <FaultsNote problem={problem} by="line" />}
      <div>
        <Button busy={save.isPending} disabled={!file} onClick={() => file && save.mutate(file)}>
          {host.saveSolution}
        </Button>
      </div>
      {save.data && (
        <Note tone="good" title={host.solutionSaved(save.data.version)} alert>
          <dl className={styles.facts}>
            <dt>{host.rowsAll}</dt>
            <dd>{number(save.data.rows)}</dd>
            <dt>{host.rowsPublic}</dt>
            <dd>{number(save.data.public)}</dd>
            <dt>{host.rowsPrivate}</dt>
            <dd>{number(save.data.private)}</dd>
            {save.data.classes.map(({ name, rows }) => (
              <ClassRow key={name} name={name} rows={number(rows)} />
            ))}
          </dl>
        </Note>
      )}
    </div>
  )
}

function ClassRow({ name, rows }: { name: string; rows: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{rows}</dd>
    </>
  )
}
