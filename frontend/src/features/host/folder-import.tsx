import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { saveCompetition, savePage, saveSolution, uploadFiles } from '../../api/hosting.ts'
import { asProblem } from '../../api/problem.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { siteUrl } from '../../lib/base-path.ts'
import { formatBytes } from '../../lib/format.ts'
import { tar } from '../../lib/tar.ts'
import { Button } from '../../ui/button.tsx'
import { Command } from '../../ui/command.tsx'
import { DropArea } from '../../ui/file-drop.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Note } from '../../ui/state.tsx'
import { FaultsNote } from './faults-note.tsx'
import { type Folder, type FolderFault, readFolder } from './folder.ts'
import styles from './new-competition-page.module.css'

/** A competition that is kept in a folder: chosen here, or sent by the program. Sending it again changes what has changed. */
export function FolderImport() {
  const host = useHostText()
  const [folder, setFolder] = useState<Folder>()
  const [fault, setFault] = useState<{ fault: FolderFault; text: string }>()
  const take = async (files: File[]) => {
    const read = await readFolder(files)
    setFolder('fault' in read ? undefined : read)
    setFault('fault' in read ? read : undefined)
  }
  return (
    <div className={styles.form}>
      <p className={styles.muted}>{host.fromFolderText}</p>
      <DropArea
        folder
        title={host.chooseFolder}
        text={host.chooseFolderText}
        error={fault && host.folderFaults[fault.fault]}
        onFiles={(files) => void take(files)}
      />
      {fault?.text && (
        <p className={styles.muted} lang="en">
          {fault.text}
        </p>
      )}
      {folder && <Send key={folder.manifest.slug} folder={folder} />}
      <p className={styles.muted}>{host.byProgram}</p>
      <Command text={`podium publish FOLDER --to ${siteUrl()}`} label={host.fromFolder} />
    </div>
  )
}

/** What was found, and the button that sends it: description, pages, files, solution, in this order. */
function Send({ folder }: { folder: Folder }) {
  const { language } = useWords()
  const host = useHostText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { manifest, pages, data, solution } = folder
  const { slug } = manifest
  const [step, setStep] = useState(0)
  const steps = pages.length + 2 + (solution ? 1 : 0)
  const send = useMutation({
    mutationFn: async () => {
      let done = 0
      const next = () => setStep(++done)
      await saveCompetition(manifest)
      next()
      for (const { name, language, file } of pages) {
        await savePage(slug, name, language, { markdown: await file.text() })
        next()
      }
      await uploadFiles(slug, tar(data))
      next()
      if (solution) await saveSolution(slug, solution)
      next()
    },
    onSuccess: async () => {
      // Everything about it may have changed.
      await client.invalidateQueries()
      await navigate({ to: '/competitions/$slug/host', params: { slug } })
    },
  })
  const problem = send.error ? asProblem(send.error) : undefined
  const bytes = data.reduce((sum, { file }) => sum + file.size, 0)
  return (
    <Note tone="neutral" title={pick(manifest.title, language)}>
      <p className={styles.muted}>
        {host.folderFound(slug, pages.length, data.length, formatBytes(bytes, language))}
      </p>
      {!solution && <p>{host.folderNoSolution}</p>}
      {problem && <FaultsNote problem={problem} by="name" />}
      {send.isPending && <Progress label={host.sendFolder} value={step / steps} />}
      <Button kind="primary" busy={send.isPending} onClick={() => send.mutate()}>
        {host.sendFolder}
      </Button>
    </Note>
  )
}
