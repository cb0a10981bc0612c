import type { InputHTMLAttributes, ReactNode, Ref, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react'
import { useId } from 'react'
import { useText } from '../i18n/text-provider.tsx'
import styles from './field.module.css'

interface FieldProps {
  label: string
  hint?: string | undefined
  error?: string | undefined
  optional?: boolean
  /** The label is for screen readers only. */
  hideLabel?: boolean
}

interface Wiring {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

function Field({
  label,
  hint,
  error,
  optional,
  hideLabel,
  children,
}: FieldProps & { children(wiring: Wiring): ReactNode }) {
  const t = useText()
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={hideLabel ? styles.hidden : styles.label}>
        {label}
        {optional && <span className={styles.optional}> ({t.common.optional})</span>}
      </label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
    </div>
  )
}

type TextFieldProps = FieldProps &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'id'> & {
    ref?: Ref<HTMLInputElement>
    icon?: ReactNode
  }

export function TextField({ label, hint, error, optional, hideLabel, icon, ...input }: TextFieldProps) {
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      optional={optional ?? false}
      hideLabel={hideLabel ?? false}
    >
      {(wiring) => (
        <span className={styles.frame}>
          {icon && (
            <span className={styles.icon} aria-hidden="true">
              {icon}
            </span>
          )}
          <input
            type="text"
            {...input}
            {...wiring}
            className={icon ? `${styles.input} ${styles.withIcon}` : styles.input}
          />
        </span>
      )}
    </Field>
  )
}

type TextAreaProps = FieldProps &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'className' | 'id'> & { ref?: Ref<HTMLTextAreaElement> }

export function TextArea({ label, hint, error, optional, hideLabel, ...area }: TextAreaProps) {
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      optional={optional ?? false}
      hideLabel={hideLabel ?? false}
    >
      {(wiring) => (
        <textarea
          rows={3}
          {...area}
          {...wiring}
          className={`${styles.input} ${styles.area} ${(area.rows ?? 3) > 2 ? styles.tall : ''}`}
        />
      )}
    </Field>
  )
}

type SelectProps = FieldProps &
  Omit<SelectHTMLAttributes<HTMLSelectElement>, 'className' | 'id'> & {
    options: readonly (readonly [value: string, label: string])[]
  }

/** The browser's own list: accessible everywhere and made for thumbs on a phone. */
export function Select({ label, hint, error, optional, hideLabel, options, ...select }: SelectProps) {
  return (
    <Field
      label={label}
      hint={hint}
      error={error}
      optional={optional ?? false}
      hideLabel={hideLabel ?? false}
    >
      {(wiring) => (
        <span className={styles.frame}>
          <select {...select} {...wiring} className={`${styles.input} ${styles.select}`}>
            {options.map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </span>
      )}
    </Field>
  )
}

type CheckboxProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'className' | 'id' | 'type'> & {
  label: string
  error?: string | undefined
  ref?: Ref<HTMLInputElement>
}

export function Checkbox({ label, error, ...input }: CheckboxProps) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label className={styles.check}>
        <input
          type="checkbox"
          {...input}
          aria-describedby={error ? `${id}-error` : undefined}
          aria-invalid={error ? true : undefined}
        />
        <span>{label}</span>
      </label>
      {error && (
        <p id={`${id}-error`} className={styles.error}>
          {error}
        </p>
      )}
    </div>
  )
}
