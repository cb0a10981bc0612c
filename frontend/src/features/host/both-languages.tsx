import { TextField } from '../../ui/field.tsx'
import { withLanguage } from './manifest-text.ts'

/** A title in both languages; the server shows the English one where the Korean is missing. */
export function BothLanguages(props: {
  label: string
  labelKo: string
  value: { en: string; ko?: string | null }
  onChange(value: { en: string; ko?: string | null }): void
}) {
  const { value, onChange } = props
  return (
    <>
      <TextField
        label={props.label}
        value={value.en}
        onChange={(event) => onChange(withLanguage(value, 'en', event.target.value))}
      />
      <TextField
        label={props.labelKo}
        lang="ko"
        optional
        value={value.ko ?? ''}
        onChange={(event) => onChange(withLanguage(value, 'ko', event.target.value))}
      />
    </>
  )
}
