import FileSpreadsheet from 'lucide-react/icons/file-spreadsheet'
import Upload from 'lucide-react/icons/upload'
import X from 'lucide-react/icons/x'
import { type DragEvent, useId, useRef, useState } from 'react'
import { useWords } from '../i18n/text-provider.tsx'
import { formatBytes } from '../lib/format.ts'
import { IconButton } from './button.tsx'
import styles from './file-drop.module.css'

/** A place to drop a file or to choose one. The input itself covers the place, so it works without a pointer too. */
export function FileDrop(props: {
  file: File | undefined
  /** What to drop here, and what may be dropped. */
  title: string
  text: string
  /** As the input's own attribute; CSV files when left out. */
  accept?: string
  error: string | undefined
  disabled: boolean
  onChange(file: File | undefined): void
}) {
  const { t, language } = useWords()
  const { file, onChange, disabled } = props
  const [over, setOver] = useState(false)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)

  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const dropped = event.dataTransfer.files[0]
    if (dropped && !disabled) onChange(dropped)
  }
  return (
    <div className={styles.wrap}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is an extra; the input inside does the same */}
      <div
        className={`${styles.drop} ${over ? styles.over : ''} ${file ? styles.filled : ''} ${props.error ? styles.wrong : ''}`}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {file ? <FileSpreadsheet aria-hidden="true" /> : <Upload aria-hidden="true" />}
        <div className={styles.text}>
          <label htmlFor={id} className={styles.title}>
            {file ? file.name : props.title}
          </label>
          <p className={styles.muted}>{file ? formatBytes(file.size, language) : props.text}</p>
        </div>
        <input
          ref={input}
          id={id}
          type="file"
          accept={props.accept ?? '.csv,text/csv'}
          className={styles.input}
          disabled={disabled}
          aria-describedby={props.error ? `${id}-error` : undefined}
          aria-invalid={props.error ? true : undefined}
          onChange={(event) => {
            const chosen = event.target.files?.[0]
            if (chosen) onChange(chosen)
            // The same name again, after repairing the file, has to be a change too.
            event.target.value = ''
          }}
        />
        {file && !disabled && (
          <span className={styles.remove}>
            <IconButton label={t.submit.removeFile} icon={<X />} onClick={() => onChange(undefined)} />
          </span>
        )}
      </div>
      {props.error && (
        <p id={`${id}-error`} className={styles.error}>
          {props.error}
        </p>
      )}
    </div>
  )
}
