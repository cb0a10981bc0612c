import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import type { Manifest } from '../../api/hosting.ts'
import { useAccessText } from '../../i18n/access/use-access-text.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Select, TextArea, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState } from '../../ui/state.tsx'
import styles from './host.module.css'
import { withLanguage } from './manifest-text.ts'
import { ManifestSaveBar } from './save-bar.tsx'
import { useManifest } from './use-manifest.ts'

const route = getRouteApi('/competitions/$slug')

type Participants = NonNullable<Manifest['participants']>
type Field = NonNullable<Manifest['fields']>[number]
type Choice = NonNullable<Field['choices']>[number]
type Bracket = NonNullable<Manifest['brackets']>[number]

/** Who finds the competition, who may join, what they are asked, and the groups that have ranks of their own. */
export function AccessPage() {
  const access = useAccessText()
  const { slug } = route.useParams()
  const form = useManifest(slug)
  const { manifest } = form
  if (form.loading.isPending) return <Bones rows={6} tall />
  if (!manifest) return <ErrorState error={form.loading.error} onRetry={() => void form.loading.refetch()} />
  const fields = manifest.fields ?? []
  const brackets = manifest.brackets ?? []
  return (
    <>
      <Panel title={access.whoMayJoin}>
        <Rules
          rules={{ visibility: 'public', admission: 'open', domains: [], ...manifest.participants }}
          onChange={(participants) => form.change({ participants })}
        />
      </Panel>
      <Panel title={access.brackets}>
        <p className={styles.muted}>{access.bracketsText}</p>
        <Brackets brackets={brackets} onChange={(changed) => form.change({ brackets: changed })} />
      </Panel>
      <Panel title={access.fields}>
        <p className={styles.muted}>{access.fieldsText}</p>
        <Fields
          fields={fields}
          brackets={brackets}
          onChange={(changed) => form.change({ fields: changed })}
        />
      </Panel>
      <Panel title={access.boardRules}>
        <BoardRules
          board={{ ties: 'earlier_first', names: 'real', zones: [], ...manifest.board }}
          onChange={(board) => form.change({ board })}
        />
      </Panel>
      <ManifestSaveBar slug={slug} section="access" form={form} />
    </>
  )
}

function Rules({ rules, onChange }: { rules: Participants; onChange(rules: Participants): void }) {
  const access = useAccessText()
  // As it is typed: a comma at the end would be lost if the list were written again at each key.
  const [domains, setDomains] = useState(rules.domains.join(', '))
  return (
    <div className={styles.group}>
      <div className={styles.pair}>
        <Select
          label={access.visibility}
          value={rules.visibility}
          hint={access.visibilityHint}
          options={(['public', 'private'] as const).map((name) => [name, access.visibilities[name]] as const)}
          onChange={(event) =>
            onChange({ ...rules, visibility: event.target.value as Participants['visibility'] })
          }
        />
        <Select
          label={access.admission}
          value={rules.admission}
          options={(['open', 'approval', 'invite'] as const).map(
            (name) => [name, access.admissions[name]] as const,
          )}
          onChange={(event) =>
            onChange({ ...rules, admission: event.target.value as Participants['admission'] })
          }
        />
      </div>
      <TextField
        label={access.domains}
        hint={access.domainsHint}
        optional
        autoComplete="off"
        spellCheck={false}
        placeholder="example.org, example.ac.kr"
        value={domains}
        onChange={(event) => {
          setDomains(event.target.value)
          const list = event.target.value
            .split(/[\s,;]+/)
            .map((domain) => domain.trim().toLowerCase().replace(/^@/, ''))
            .filter(Boolean)
          onChange({ ...rules, domains: list })
        }}
      />
    </div>
  )
}

/** A title in both languages; the server shows the English one where the Korean is missing. */
function Both(props: {
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

const replaced = <T,>(list: readonly T[], at: number, item: T) =>
  list.map((old, index) => (index === at ? item : old))
const without = <T,>(list: readonly T[], at: number) => list.filter((_, index) => index !== at)
const asName = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9-]+/g, '-')

function Brackets({ brackets, onChange }: { brackets: Bracket[]; onChange(brackets: Bracket[]): void }) {
  const access = useAccessText()
  return (
    <div className={styles.list}>
      {brackets.map((bracket, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name that is being typed is no identity
        <fieldset key={at} className={styles.card}>
          <legend>{access.bracketNumber(at + 1)}</legend>
          <div className={styles.pair}>
            <Both
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

function Fields(props: { fields: Field[]; brackets: Bracket[]; onChange(fields: Field[]): void }) {
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
              <Both
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

type Board = NonNullable<Manifest['board']>
type Zone = Board['zones'][number]

/** How equal scores rank, what is shown of teams, and the marked parts of the leaderboard. */
function BoardRules({ board, onChange }: { board: Board; onChange(board: Board): void }) {
  const access = useAccessText()
  const { zones } = board
  const change = (at: number, part: Partial<Zone>) =>
    onChange({ ...board, zones: zones.map((zone, index) => (index === at ? { ...zone, ...part } : zone)) })
  return (
    <div className={styles.group}>
      <div className={styles.pair}>
        <Select
          label={access.ties}
          value={board.ties}
          options={(['earlier_first', 'shared'] as const).map(
            (name) => [name, access.tieRules[name]] as const,
          )}
          onChange={(event) => onChange({ ...board, ties: event.target.value as Board['ties'] })}
        />
        <Select
          label={access.shownNames}
          value={board.names}
          options={(['real', 'team', 'hidden'] as const).map(
            (name) => [name, access.nameRules[name]] as const,
          )}
          onChange={(event) => onChange({ ...board, names: event.target.value as Board['names'] })}
        />
      </div>
      {zones.map((zone, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a name that is being typed is no identity
        <fieldset key={at} className={styles.card}>
          <legend>{access.zoneNumber(at + 1)}</legend>
          <div className={styles.pair}>
            <Both
              label={access.titleEn}
              labelKo={access.titleKo}
              value={zone.name}
              onChange={(name) => change(at, { name })}
            />
            <TextField
              label={access.throughRank}
              type="number"
              min={1}
              value={String(zone.through)}
              onChange={(event) => change(at, { through: Math.max(1, Number(event.target.value)) })}
            />
          </div>
          <div>
            <Button
              kind="plain"
              small
              onClick={() => onChange({ ...board, zones: zones.filter((_, index) => index !== at) })}
            >
              {access.removeZone(at + 1)}
            </Button>
          </div>
        </fieldset>
      ))}
      <div>
        <Button
          onClick={() =>
            onChange({
              ...board,
              zones: [...zones, { name: { en: '' }, through: (zones.at(-1)?.through ?? 0) + 3 }],
            })
          }
        >
          {access.addZone}
        </Button>
      </div>
    </div>
  )
}
