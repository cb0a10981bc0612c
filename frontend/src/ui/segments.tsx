import { useId } from 'react'
import styles from './segments.module.css'

/** A choice between few views, as radio buttons in the form of one strip. */
export function Segments<T extends string>(props: {
  label: string
  value: T
  options: readonly (readonly [value: NoInfer<T>, label: string])[]
  onChange: (value: NoInfer<T>) => void
}) {
  const name = useId()
  return (
    <fieldset className={styles.segments}>
      <legend className={styles.legend}>{props.label}</legend>
      {props.options.map(([value, label]) => (
        <label key={value} className={styles.segment}>
          <input
            type="radio"
            name={name}
            checked={props.value === value}
            onChange={() => props.onChange(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  )
}
