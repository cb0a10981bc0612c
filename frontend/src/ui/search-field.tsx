import Search from 'lucide-react/icons/search'
import { TextField } from './field.tsx'

/** What narrows a list while it is typed; `label` stands in it until then. */
export function SearchField(props: { label: string; value: string; onChange(text: string): void }) {
  return (
    <TextField
      label={props.label}
      hideLabel
      type="search"
      placeholder={props.label}
      icon={<Search />}
      value={props.value}
      onChange={(event) => props.onChange(event.target.value)}
    />
  )
}
