import { useQuery } from '@tanstack/react-query'
import { agreementsQuery } from '../../api/privacy.ts'
import type { Competition, Page } from '../../api/types.ts'
import { useJoiningText } from '../../i18n/joining/use-joining-text.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/state.tsx'

/**
 * Whether the data agreement, where there is one, stands between the reader and the files; undefined while that is not
 * known. Hosts need not agree.
 */
export function useOwesAgreement(
  competition: Competition | undefined,
  pages: Page[] | undefined,
): boolean | undefined {
  const isAsked =
    competition?.membership != null &&
    !competition.is_host &&
    pages?.some((page) => page.name === 'data-agreement')
  const agreements = useQuery({ ...agreementsQuery, enabled: isAsked === true }).data?.items
  if (!competition || !pages) return undefined
  if (!isAsked) return false
  return (
    agreements &&
    !agreements.some(
      (row) => row.document === 'data_agreement' && row.competition === competition.slug && row.is_current,
    )
  )
}

/** Stands where the files would be, until the reader has agreed. */
export function AgreementGate({ slug }: { slug: string }) {
  const joining = useJoiningText()
  return (
    <EmptyState
      title={joining.dataAgreement}
      action={
        <ButtonLink to="/competitions/$slug/rules" params={{ slug }} hash="data-agreement">
          {joining.readAgreement}
        </ButtonLink>
      }
    >
      {joining.dataAgreementText}
    </EmptyState>
  )
}
