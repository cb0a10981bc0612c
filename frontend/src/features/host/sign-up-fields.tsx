import { useState } from 'react'
import type { Manifest } from '../../api/hosting.ts'
import { useAccessText } from '../../i18n/access/use-access-text.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Select, TextArea, TextField } from '../../ui/field.tsx'
import { BothLanguages } from './both-languages.tsx'
import styles from './host.module.css'

type Field = NonNullable<Manifest['fields']>[number]
type Choice = NonNullable<Field['choices']>[number]
type Bracket = NonNullable<Manifest['brackets']>[number]

const replaced = <T,>(list: readonly T[], at: number, item: T) =>
  list.map((old, index) => (index === at ? item : old))
const without = <T,>(list: readonly T[], at: number) => list.filter((_, index) => index !== at)
const asName = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-')

/** The groups of teams that have ranks of their own. */
export function Brackets({
  brackets,
  onChange,
}: {
  brackets: Bracket[]
  onChange(brackets: Bracket[]): void
}) {
  const access = useAccessText()
  return (
    <div className={styles.list}>
      {brackets.map((bracket, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name that is being typed is no identity
        <fieldset key={at} className={styles.card}>
          <legend>{access.bracketNumber(at + 1)}</legend>
          <div className={styles.pair}>
            <BothLanguages
              label={access.titleEn}
              labelKo={access.titleKo}
              value={bracket.title}
              onChange={(title) => onChange(replaced(brackets, at, { ...bracket, title }))}
            />
            <TextField
              label={access.shortName}
              hint={access.shortNameHint}
              spellCheck={false}
              autoComplete="off"
              value={bracket.name}
              onChange={(event) =>
                onChange(replaced(brackets, at, { ...bracket, name: asName(event.target.value) }))
              }
            />
          </div>
          <div>
            <Button kind="plain" small onClick={() => onChange(without(brackets, at))}>
              {access.removeBracket(at + 1)}
            </Button>
          </div>
        </fieldset>
      ))}
      <div>
        <Button onClick={() => onChange([...brackets, { name: '', title: { en: '' } }])}>
          {access.addBracket}
        </Button>
      </div>
    </div>
  )
}

/** What people are asked when they join. */
export function Fields(props: { fields: Field[]; brackets: Bracket[]; onChange(fields: Field[]): void }) {
  const access = useAccessText()
  const { fields, brackets, onChange } = props
  return (
    <div className={styles.list}>
      {fields.map((field, at) => {
        const change = (part: Partial<Field>) => onChange(replaced(fields, at, { ...field, ...part }))
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a name that is being typed is no identity
          <fieldset key={at} className={styles.card}>
            <legend>{access.fieldNumber(at + 1)}</legend>
            <div className={styles.pair}>
              <BothLanguages
                label={access.questionEn}
                labelKo={access.questionKo}
                value={field.label}
                onChange={(label) => change({ label })}
              />
              <TextField
                label={access.shortName}
                hint={access.fieldNameHint}
                spellCheck={false}
                autoComplete="off"
                value={field.name}
                onChange={(event) => change({ name: asName(event.target.value) })}
              />
            </div>
            <Checkbox
              label={access.answerNeeded}
              checked={field.required ?? true}
              onChange={(event) => change({ required: event.target.checked })}
            />
            <Choices
              choices={field.choices ?? []}
              brackets={brackets}
              onChange={(choices) => change({ choices })}
            />
            <div>
              <Button kind="plain" small onClick={() => onChange(without(fields, at))}>
                {access.removeField(at + 1)}
              </Button>
            </div>
          </fieldset>
        )
      })}
      <div>
        <Button
          onClick={() => onChange([...fields, { name: '', label: { en: '' }, required: true, choices: [] }])}
        >
          {access.addField}
        </Button>
      </div>
    </div>
  )
}

/** A line for each answer. Without brackets a text of lines is quicker; with them each answer says where it leads. */
function Choices(props: { choices: Choice[]; brackets: Bracket[]; onChange(choices: Choice[]): void }) {
  const access = useAccessText()
  const { choices, brackets, onChange } = props
  const [lines, setLines] = useState(choices.map(({ value }) => value).join('\n'))
  return (
    <>
      <TextArea
        label={access.choices}
        hint={access.choicesHint}
        rows={2}
        optional
        value={lines}
        onChange={(event) => {
          setLines(event.target.value)
          const values = event.target.value.split('\n').map((line) => line.trim())
          const known = new Map(choices.map((choice) => [choice.value, choice]))
          onChange(values.filter(Boolean).map((value) => known.get(value) ?? { value }))
        }}
      />
      {brackets.length > 0 && choices.length > 0 && (
        <div className={styles.pair}>
          {choices.map((choice, at) => (
            <Select
              key={choice.value}
              label={access.bracketOf(choice.value)}
              value={choice.bracket ?? ''}
              options={[
                ['', access.noBracket],
                ...brackets.map(({ name, title }) => [name, title.en || name] as const),
              ]}
              onChange={(event) => {
                const { bracket: _old, ...rest } = choice
                const bracket = event.target.value
                onChange(replaced(choices, at, bracket ? { ...rest, bracket } : rest))
              }}
            />
          ))}
        </div>
      )}
    </>
  )
}
