import { useQuery } from '@tanstack/react-query'
import { agreementsQuery } from '../../api/privacy.ts'
import type { Competition } from '../../api/types.ts'
import { useJoiningText } from '../../i18n/joining/use-joining-text.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Note } from '../../ui/state.tsx'

/** Says to a participant that the data agreement comes first: until then the server gives out no file. */
export function AgreementGate({ competition }: { competition: Competition }) {
  const joining = useJoiningText()
  const agreements = useQuery({ ...agreementsQuery, enabled: competition.membership != null })
  const { slug } = competition
  const hasAgreed = agreements.data?.items.some(
    (row) => row.document === 'data_agreement' && row.competition === slug && row.is_current,
  )
  if (!agreements.data || hasAgreed) return null
  return (
    <Note tone="warn" title={joining.dataAgreement}>
      <p>{joining.dataAgreementText}</p>
      <ButtonLink to="/competitions/$slug/rules" params={{ slug }} hash="data-agreement">
        {joining.readAgreement}
      </ButtonLink>
    </Note>
  )
}
