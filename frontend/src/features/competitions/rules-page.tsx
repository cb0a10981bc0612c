import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { joinCompetition } from '../../api/client.ts'
import { asProblem } from '../../api/problem.ts'
import { competitionQuery, pagesQuery } from '../../api/queries.ts'
import type { Competition } from '../../api/types.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { formatDay } from '../../lib/format.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Checkbox, TextField } from '../../ui/field.tsx'
import { PageText } from '../../ui/page-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import styles from './rules-page.module.css'

const route = getRouteApi('/competitions/$slug')

/** The rules, and below them the one place where a person joins. */
export function RulesPage() {
  const { t, language } = useWords()
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  const pages = useQuery(pagesQuery(slug, language))
  usePageTitle(t.competition.tabs.rules, competition && pick(competition.title, language))
  const rules = pages.data?.items.find((page) => page.name === 'rules')
  if (!competition) return null

  return (
    <div className={styles.page}>
      {pages.isPending && <Bones rows={8} />}
      {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data && !rules && (
        <EmptyState title={t.competition.noPage}>{t.competition.noPageText}</EmptyState>
      )}
      {rules && <PageText page={rules} title={t.competition.tabs.rules} />}
      {pages.data && <Membership competition={competition} rulesSha256={rules?.sha256} />}
    </div>
  )
}

function Membership({
  competition,
  rulesSha256,
}: {
  competition: Competition
  rulesSha256: string | undefined
}) {
  const { t, language } = useWords()
  const { slug, membership, next_action } = competition
  if (membership) {
    return (
      <Note tone="good" title={t.rules.joined(membership.team.name)}>
        <p>{t.rules.acceptedOn(formatDay(new Date(membership.joined_at), language))}</p>
        <div className={styles.actions}>
          <ButtonLink to="/competitions/$slug/data" params={{ slug }}>
            {t.rules.nextData}
          </ButtonLink>
          <ButtonLink to="/competitions/$slug/submit" params={{ slug }}>
            {t.rules.nextSubmit}
          </ButtonLink>
        </div>
      </Note>
    )
  }
  switch (next_action) {
    case 'join':
      return rulesSha256 ? <Join competition={competition} rulesSha256={rulesSha256} /> : null
    case 'sign_in':
      return (
        <Note tone="neutral" title={t.rules.joinTitle}>
          <p>{t.rules.signInFirst}</p>
          <div className={styles.actions}>
            <ButtonLink to="/sign-in" search={{ next: `/competitions/${slug}/rules` }} kind="primary">
              {t.shell.signIn}
            </ButtonLink>
            <ButtonLink to="/sign-up" search={{ next: `/competitions/${slug}/rules` }}>
              {t.shell.signUp}
            </ButtonLink>
          </div>
        </Note>
      )
    case 'submit':
    case 'late_submit':
    case 'wait':
    case 'none':
      return competition.is_host ? null : <Note tone="neutral">{t.rules.closed}</Note>
  }
}

function Join({ competition, rulesSha256 }: { competition: Competition; rulesSha256: string }) {
  const { t, language } = useWords()
  const { slug, limits } = competition
  const client = useQueryClient()
  const [unticked, setUnticked] = useState(false)
  const join = useMutation({
    mutationFn: (teamName: string) =>
      joinCompetition(slug, {
        accept_rules: true,
        rules_sha256: rulesSha256,
        ...(teamName ? { team_name: teamName } : {}),
      }),
    onSuccess: () =>
      Promise.all(
        [['competition', slug], ['competitions'], ['files', slug], ['my-standing', slug]].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
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
  return (
    <Panel title={t.rules.joinTitle} narrow>
      <p className={styles.muted}>{t.rules.joinText}</p>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const form = new FormData(event.currentTarget)
          const accepted = form.has('accept')
          setUnticked(!accepted)
          if (accepted && !join.isPending) join.mutate(String(form.get('team') ?? '').trim())
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
        <Checkbox label={t.rules.accept} name="accept" error={unticked ? t.rules.acceptFirst : undefined} />
        {problem && problem.code !== 'team_name_taken' && <ProblemNote error={problem} />}
        <div>
          <Button type="submit" kind="primary" busy={join.isPending}>
            {t.rules.join}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
