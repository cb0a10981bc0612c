import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { competitionQuery } from '../../api/queries.ts'
import type { Competition } from '../../api/types.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { siteUrl } from '../../lib/base-path.ts'
import { formatInstant } from '../../lib/format.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Command } from '../../ui/command.tsx'
import { EmptyState } from '../../ui/state.tsx'
import { Finals } from './finals.tsx'
import { History } from './history.tsx'
import { QuotaLine } from './quota-line.tsx'
import { SubmitForm } from './submit-form.tsx'
import styles from './submit-page.module.css'

const route = getRouteApi('/competitions/$slug')

export function SubmitPage() {
  const { t, language } = useWords()
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  usePageTitle(t.competition.tabs.submit, competition && pick(competition.title, language))
  if (!competition) return null
  const { membership, next_action } = competition
  const isOpen = next_action === 'submit' || next_action === 'late_submit'

  return (
    <div className={styles.page}>
      {membership && isOpen ? (
        <div className={styles.columns}>
          <div className={styles.main}>
            {competition.quota && <QuotaLine quota={competition.quota} zone={competition.zone} />}
            <SubmitForm competition={competition} />
          </div>
          <Format competition={competition} />
        </div>
      ) : (
        <Closed competition={competition} />
      )}
      {membership && <Finals slug={slug} zone={competition.zone} />}
      {membership && <History slug={slug} />}
    </div>
  )
}

/** Why nothing can be sent now, and the way on. */
function Closed({
  competition: { slug, next_action, state, starts_at, zone },
}: {
  competition: Competition
}) {
  const { t, language } = useWords()
  const next = `/competitions/${slug}/rules`
  if (next_action === 'sign_in') {
    return (
      <EmptyState
        title={t.submit.signInTitle}
        action={
          <ButtonLink to="/sign-in" search={{ next }}>
            {t.shell.signIn}
          </ButtonLink>
        }
      />
    )
  }
  if (next_action === 'join') {
    return (
      <EmptyState
        title={t.submit.joinTitle}
        action={
          <ButtonLink to="/competitions/$slug/rules" params={{ slug }}>
            {t.data.readRules}
          </ButtonLink>
        }
      >
        {t.submit.joinText}
      </EmptyState>
    )
  }
  if (state === 'draft' || state === 'scheduled') {
    return (
      <EmptyState title={t.submit.notYet}>
        {t.submit.notYetText(formatInstant(new Date(starts_at), language, zone))}
      </EmptyState>
    )
  }
  return (
    <EmptyState
      title={t.submit.over}
      action={
        <ButtonLink to="/competitions/$slug/leaderboard" params={{ slug }}>
          {t.submit.seeBoard}
        </ButtonLink>
      }
    >
      {t.submit.overText}
    </EmptyState>
  )
}

/** What the file has to look like, and how to send it without a browser. */
function Format({ competition: { slug, task } }: { competition: Competition }) {
  const t = useText()
  return (
    <aside className={styles.format}>
      <h2 className={styles.title}>{t.submit.format}</h2>
      <p className={styles.muted}>
        {task.kind === 'ranking'
          ? t.submit.formatRanking(task.id ?? 'query')
          : t.submit.formatText(task.id ?? 'id')}
      </p>
      <pre className={styles.columnsOf}>{columnsOf(task).join(',')}</pre>
      {task.kind === 'labels' && task.classes && task.classes.length > 0 && (
        <p className={styles.classes}>{task.classes.join(', ')}</p>
      )}
      <details className={styles.details}>
        <summary>{t.submit.commandLine}</summary>
        <Command
          text={`PODIUM_URL=${siteUrl()} PODIUM_TOKEN=pdm_… podium submit --competition ${slug} predictions.csv --wait`}
          label={t.submit.commandLine}
        />
      </details>
    </aside>
  )
}

function columnsOf(task: Competition['task']): string[] {
  const id = task.id ?? 'id'
  switch (task.kind) {
    case 'probabilities':
      return [id, ...(task.classes ?? [])]
    case 'ranking':
      return [task.id ?? 'query', 'items']
    case 'labels':
    case 'probability':
    case 'numbers':
    case 'multilabel':
      return [id, ...task.target]
  }
}
