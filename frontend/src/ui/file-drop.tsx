import FileSpreadsheet from 'lucide-react/icons/file-spreadsheet'
import Upload from 'lucide-react/icons/upload'
import X from 'lucide-react/icons/x'
import { type DragEvent, type ReactNode, useId, useState } from 'react'
import { useWords } from '../i18n/text-provider.tsx'
import { formatBytes } from '../lib/format.ts'
import { IconButton } from './button.tsx'
import styles from './file-drop.module.css'

/** A place to drop files or to choose them. The input itself covers the place, so it works without a pointer too. */
export function DropArea(props: {
  /** What to drop here, and what may be dropped. */
  title: string
  text: string
  /** As the input's own attribute; CSV files when left out. */
  accept?: string
  multiple?: boolean
  /** A whole folder: the browser gives all files in it, with their paths. */
  folder?: boolean
  error: string | undefined
  disabled?: boolean
  /** Holds a file already: lower, and with room for a button at its end. */
  filled?: boolean
  children?: ReactNode
  onFiles(files: File[]): void
}) {
  const { disabled, filled, error, onFiles } = props
  const [over, setOver] = useState(false)
  const id = useId()
  const drop = (event: DragEvent) => {
    setOver(false)
    if (props.folder) return
    event.preventDefault()
    const files = [...event.dataTransfer.files]
    if (files.length > 0 && !disabled) onFiles(files)
  }
  return (
    <div className={styles.wrap}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the input inside does the same */}
      <div
        className={[styles.drop, over && styles.over, filled && styles.filled, error && styles.wrong]
          .filter(Boolean)
          .join(' ')}
        onDragOver={(event) => {
          // A script would be given the folder as one file: the input reads what is in it.
          if (!props.folder) event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {filled ? <FileSpreadsheet aria-hidden="true" /> : <Upload aria-hidden="true" />}
        <div>
          <label htmlFor={id} className={styles.title}>
            {props.title}
          </label>
          <p className={styles.muted}>{props.text}</p>
        </div>
        <input
          id={id}
          type="file"
          accept={props.accept ?? '.csv,text/csv'}
          multiple={props.multiple}
          {...(props.folder ? { webkitdirectory: '' } : {})}
          className={styles.input}
          disabled={disabled}
          aria-describedby={error ? `${id}-error` : undefined}
          aria-invalid={error ? true : undefined}
          onChange={(event) => {
            const chosen = [...(event.target.files ?? [])]
            if (chosen.length > 0) onFiles(chosen)
            // The same name again, after repairing the file, has to be a change too.
            event.target.value = ''
          }}
        />
        {props.children && <span className={styles.remove}>{props.children}</span>}
      </div>
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  )
}

/** A place for one file, which shows what it holds. */
export function FileDrop(props: {
  file: File | undefined
  title: string
  text: string
  accept?: string
  error: string | undefined
  disabled: boolean
  onChange(file: File | undefined): void
}) {
  const { t, language } = useWords()
  const { file, onChange, disabled } = props
  return (
    <DropArea
      title={file ? file.name : props.title}
      text={file ? formatBytes(file.size, language) : props.text}
      {...(props.accept && { accept: props.accept })}
      error={props.error}
      disabled={disabled}
      filled={file !== undefined}
      onFiles={([chosen]) => onChange(chosen)}
    >
      {file && !disabled && (
        <IconButton label={t.submit.removeFile} icon={<X />} onClick={() => onChange(undefined)} />
      )}
    </DropArea>
  )
}
