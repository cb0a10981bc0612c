import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type Agreement, agreementsQuery, privacyNoticeQuery } from '../../api/privacy.ts'
import { competitionsQuery } from '../../api/queries.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { Badge } from '../../ui/badge.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState, Note } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { Day } from '../../ui/time.tsx'
import styles from './agreements.module.css'

/** What the reader agreed to, in which version and when; and what waits for their agreement. */
export function Agreements() {
  const { language } = useWords()
  const accounts = useAccountsText()
  const agreements = useQuery(agreementsQuery)
  const notice = useQuery(privacyNoticeQuery).data
  const mine = useInfiniteQuery(competitionsQuery({ mine: true })).data
  const titles = new Map(
    mine?.pages.flatMap(({ items }) => items).map(({ slug, title }) => [slug, pick(title, language)]),
  )
  const items = agreements.data?.items.toReversed()
  const owesNotice =
    items && notice?.sha256 && !items.some((row) => row.document === 'privacy' && row.is_current)
  const documents = accounts.documents as Partial<Record<string, string>>
  return (
    <Panel title={accounts.agreements} narrow>
      <p className={styles.muted}>{accounts.agreementsText}</p>
      {agreements.isPending && <Bones rows={3} />}
      {agreements.isError && (
        <ErrorState error={agreements.error} onRetry={() => void agreements.refetch()} />
      )}
      {owesNotice && (
        <Note tone="warn" title={accounts.noticeOwed}>
          <ButtonLink to="/privacy">{accounts.readNotice}</ButtonLink>
        </Note>
      )}
      {items?.length === 0 && <p className={styles.muted}>{accounts.noAgreements}</p>}
      {items && items.length > 0 && (
        <ul className={styles.list}>
          {items.map((row) => (
            <li key={`${row.document} ${row.competition} ${row.sha256} ${row.agreed_at}`}>
              <div className={styles.what}>
                <Where row={row}>{documents[row.document] ?? row.document}</Where>
                {row.competition && (
                  <span className={styles.muted}> {titles.get(row.competition) ?? row.competition}</span>
                )}
                <p className={styles.muted}>
                  <Day at={row.agreed_at} />
                  {' · '}
                  {accounts.version} <code>{row.sha256.slice(0, 8)}</code>
                </p>
              </div>
              <Badge tone={row.is_current ? 'good' : 'neutral'}>
                {row.is_current ? accounts.versionCurrent : accounts.versionOld}
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

/** Where the present version of a document is read. */
function Where({ row, children }: { row: Agreement; children: string }) {
  return row.competition ? (
    <TextLink to="/competitions/$slug/rules" params={{ slug: row.competition }}>
      {children}
    </TextLink>
  ) : (
    <TextLink to="/privacy">{children}</TextLink>
  )
}
