import FileSpreadsheet from 'lucide-react/icons/file-spreadsheet'
import X from 'lucide-react/icons/x'
import type { DraftFiles } from '../../api/hosting.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatBytes } from '../../lib/format.ts'
import { IconButton } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { DropArea } from '../../ui/file-drop.tsx'
import styles from './csv-files.module.css'

export type Part = keyof DraftFiles
export const parts = ['train', 'test', 'sample', 'solution'] as const satisfies readonly Part[]

/** What a file is, by the words that such files usually have in their names. */
export function partOf(name: string): Part | undefined {
  const folded = name.toLowerCase()
  if (/sample/.test(folded)) return 'sample'
  if (/solution|answer|truth|hidden/.test(folded)) return 'solution'
  if (/train/.test(folded)) return 'train'
  return /test/.test(folded) ? 'test' : undefined
}

/** Adds files under their parts: by their names, else under the first part that is free. */
export function assign(known: DraftFiles, files: readonly File[]): DraftFiles {
  const next = { ...known }
  for (const file of files) {
    const part = partOf(file.name) ?? parts.find((free) => !next[free])
    if (part) next[part] = file
  }
  return next
}

/** One place for all CSV files at once; what each of them is can be corrected below it. */
export function CsvFiles(props: {
  files: DraftFiles
  error: string | undefined
  onChange(files: DraftFiles): void
}) {
  const { language } = useWords()
  const host = useHostText()
  const { files, onChange } = props
  const move = (from: Part, to: Part) => {
    const { [from]: moved, [to]: other, ...rest } = files
    onChange({ ...rest, ...(moved ? { [to]: moved } : {}), ...(other ? { [from]: other } : {}) })
  }
  const given = parts.filter((part) => files[part])
  return (
    <div className={styles.wrap}>
      <DropArea
        title={host.dropTitle}
        text={host.dropText}
        multiple
        error={props.error}
        onFiles={(list) => onChange(assign(files, list))}
      />
      {given.length > 0 && (
        <ul className={styles.files}>
          {given.map((part) => {
            const file = files[part]
            return (
              file && (
                <li key={part} className={styles.file}>
                  <FileSpreadsheet aria-hidden="true" />
                  <span className={styles.name}>
                    <strong>{file.name}</strong>{' '}
                    <span className={styles.muted}>{formatBytes(file.size, language)}</span>
                    <span className={styles.muted}>{host.partTexts[part]}</span>
                  </span>
                  <Select
                    label={host.partOf(file.name)}
                    hideLabel
                    value={part}
                    options={parts.map((name) => [name, host.parts[name]] as const)}
                    onChange={(event) => move(part, event.target.value as Part)}
                  />
                  <IconButton
                    label={host.removeFile(file.name)}
                    icon={<X />}
                    onClick={() => {
                      const { [part]: _gone, ...rest } = files
                      onChange(rest)
                    }}
                  />
                </li>
              )
            )
          })}
        </ul>
      )}
    </div>
  )
}
