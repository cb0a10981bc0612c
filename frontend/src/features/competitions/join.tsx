import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { joinCompetition } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { competitionQuery, pagesQuery } from '../../api/queries.ts'
import type { Competition } from '../../api/types.ts'
import { useJoiningText } from '../../i18n/joining/use-joining-text.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { Button } from '../../ui/button.tsx'
import { Checkbox, Select, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import styles from './rules-page.module.css'

/** Longest answer to a sign-up field, in characters; the server has the last word. */
const longestAnswer = 200

/** The one place where a person joins, or asks to: the hosts' questions, a name for the team, the tick. */
export function Join({ competition, rulesSha256 }: { competition: Competition; rulesSha256: string }) {
  const { t, language } = useWords()
  const joining = useJoiningText()
  const { slug, limits, access, brackets, fields } = competition
  const client = useQueryClient()
  const [unticked, setUnticked] = useState(false)
  const [answers, setAnswers] = useState<Record<string, string>>({})
  const [missing, setMissing] = useState<string[]>([])
  const join = useMutation({
    mutationFn: (teamName: string) =>
      joinCompetition(slug, {
        accept_rules: true,
        rules_sha256: rulesSha256,
        ...(teamName ? { team_name: teamName } : {}),
        ...(fields.length > 0 ? { answers: given(answers) } : {}),
      }),
    onSuccess: () =>
      Promise.all(
        [['competition', slug], ['competitions'], ['files', slug], ['my-standing', slug], ['agreements']].map(
          (queryKey) => client.invalidateQueries({ queryKey }),
        ),
      ),
    onError: (error) => {
      if (asProblem(error).code === 'rules_changed') {
        void client.invalidateQueries({ queryKey: pagesQuery(slug, language).queryKey })
        void client.invalidateQueries({ queryKey: competitionQuery(slug).queryKey })
      }
    },
  })
  const problem = join.error ? asProblem(join.error) : undefined
  const isAsking = access.admission === 'approval' && access.participant !== 'invited' && !competition.is_host
  const chosen = fields
    .flatMap(({ name, choices }) => choices?.filter(({ value }) => value === answers[name]) ?? [])
    .map(({ bracket }) => brackets.find(({ name }) => name === bracket))
    .find((bracket) => bracket !== undefined)
  return (
    <Panel title={isAsking ? joining.ask : t.rules.joinTitle} narrow>
      <p className={styles.muted}>{isAsking ? joining.askText : t.rules.joinText}</p>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          const accepted = form.has('accept')
          const open = fields.filter((field) => isRequired(field) && !answers[field.name]?.trim())
          setUnticked(!accepted)
          setMissing(open.map(({ name }) => name))
          if (accepted && open.length === 0 && !join.isPending)
            join.mutate(String(form.get('team') ?? '').trim())
        }}
      >
        {limits.team_size > 1 && (
          <TextField
            label={t.rules.teamName}
            name="team"
            optional
            maxLength={64}
            autoComplete="off"
            hint={t.rules.teamNameHint}
            error={
              problem?.code === 'team_name_taken'
                ? t.problems.team_name_taken[1]
                : t.fieldText(problem?.field('team_name'))
            }
          />
        )}
        {fields.length > 0 && (
          <div className={styles.fields}>
            {fields.map((field) => (
              <Question
                key={field.name}
                field={field}
                value={answers[field.name] ?? ''}
                error={
                  missing.includes(field.name)
                    ? t.common.required
                    : t.fieldText(problem?.field(`answers.${field.name}`))
                }
                onChange={(value) => setAnswers((all) => ({ ...all, [field.name]: value }))}
              />
            ))}
            <p className={styles.hint}>
              {joining.hostsOnly}
              {brackets.length > 0 &&
                ` ${
                  chosen
                    ? joining.bracket(pick(chosen.title, language))
                    : joining.brackets(brackets.map(({ title }) => pick(title, language)).join(', '))
                }`}
            </p>
          </div>
        )}
        <Checkbox label={t.rules.accept} name="accept" error={unticked ? t.rules.acceptFirst : undefined} />
        {problem && problem.code !== 'team_name_taken' && <ProblemNote error={problem} />}
        <div>
          <Button type="submit" kind="primary" busy={join.isPending}>
            {isAsking ? joining.ask : t.rules.join}
          </Button>
        </div>
      </form>
    </Panel>
  )
}

/** A question of the hosts: a list where there are choices, else a line. */
function Question(props: {
  field: Competition['fields'][number]
  value: string
  error: string | undefined
  onChange(value: string): void
}) {
  const { language } = useWords()
  const t = useText()
  const joining = useJoiningText()
  const { name, label, choices } = props.field
  const required = isRequired(props.field)
  const common = { label: pick(label, language), name, optional: !required, error: props.error }
  if (choices && choices.length > 0) {
    return (
      <Select
        {...common}
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
        options={[
          ['', required ? joining.choose : t.common.none] as const,
          ...choices.map(
            (choice) => [choice.value, choice.label ? pick(choice.label, language) : choice.value] as const,
          ),
        ]}
      />
    )
  }
  return (
    <TextField
      {...common}
      value={props.value}
      maxLength={longestAnswer}
      onChange={(event) => props.onChange(event.target.value)}
    />
  )
}

/** As in the manifest: an answer is needed unless it says otherwise. */
const isRequired = ({ required }: Competition['fields'][number]) => required !== false

/** What is left empty is not sent. */
function given(answers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(answers).filter(([, answer]) => answer.trim() !== ''))
}
