import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { competitionQuery, pagesQuery } from '../../api/queries.ts'
import { useJoiningText } from '../../i18n/joining/use-joining-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { formatDay } from '../../lib/format.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { PageText } from '../../ui/page-text.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { DataAgreement } from './data-agreement.tsx'
import { Membership } from './membership.tsx'
import styles from './rules-page.module.css'

const route = getRouteApi('/competitions/$slug')

/** The rules, and below them the one place where a person joins. */
export function RulesPage() {
  const { t, language } = useWords()
  const joining = useJoiningText()
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  const pages = useQuery(pagesQuery(slug, language))
  usePageTitle(t.competition.tabs.rules, competition && pick(competition.title, language))
  const rules = pages.data?.items.find(({ name }) => name === 'rules')
  const agreement = pages.data?.items.find(({ name }) => name === 'data-agreement')
  if (!competition) return null

  return (
    <div className={styles.page}>
      {pages.isPending && <Bones rows={8} />}
      {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.data && !rules && (
        <EmptyState title={t.competition.noPage}>{t.competition.noPageText}</EmptyState>
      )}
      {rules && <PageText page={rules} title={t.competition.tabs.rules} />}
      {rules && (
        <p className={styles.version}>
          {joining.version(rules.sha256.slice(0, 8), formatDay(new Date(rules.updated_at), language))}
        </p>
      )}
      {pages.data && <Membership competition={competition} rulesSha256={rules?.sha256} />}
      {agreement && competition.membership && <DataAgreement slug={slug} page={agreement} />}
    </div>
  )
}
