import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { agreementsQuery, agreeToPrivacyNotice, privacyNoticeQuery } from '../../api/privacy.ts'
import { asProblem } from '../../api/problem.ts'
import { meQuery } from '../../api/queries.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useText, useWords } from '../../i18n/text-provider.tsx'
import { formatDay } from '../../lib/format.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { RichText } from '../../ui/rich-text.tsx'
import { Bones, EmptyState, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import styles from './account-page.module.css'
import { Contact } from './contact.tsx'

/** What the site does with personal data, and for who is signed in whether they agreed to this version. */
export function PrivacyPage() {
  const t = useText()
  const accounts = useAccountsText()
  usePageTitle(accounts.privacyTitle)
  const notice = useQuery(privacyNoticeQuery)
  const user = useQuery(meQuery).data?.user
  if (notice.isPending) return <Bones rows={8} />
  if (notice.isError) return <ErrorState error={notice.error} onRetry={() => void notice.refetch()} />
  const { html, sha256 } = notice.data
  if (!html || !sha256) {
    return (
      <EmptyState title={accounts.noNotice} action={<ButtonLink to="/">{t.common.backHome}</ButtonLink>}>
        {accounts.noNoticeText}
      </EmptyState>
    )
  }
  return (
    <div className={styles.document}>
      <h1 className={styles.title}>{accounts.privacyTitle}</h1>
      <RichText html={html} />
      <Contact />
      {user && <Agree sha256={sha256} />}
    </div>
  )
}

function Agree({ sha256 }: { sha256: string }) {
  const { language } = useWords()
  const accounts = useAccountsText()
  const client = useQueryClient()
  const agreements = useQuery(agreementsQuery).data?.items
  const agree = useMutation({
    mutationFn: () => agreeToPrivacyNotice(sha256),
    onSuccess: () => client.invalidateQueries({ queryKey: agreementsQuery.queryKey }),
    onError: (error) => {
      if (asProblem(error).code === 'document_changed')
        void client.invalidateQueries({ queryKey: privacyNoticeQuery.queryKey })
    },
  })
  if (!agreements) return null
  const given = agreements.findLast((row) => row.document === 'privacy' && row.sha256 === sha256)
  if (given) {
    return <Note tone="good">{accounts.noticeAgreed(formatDay(new Date(given.agreed_at), language))}</Note>
  }
  return (
    <div className={styles.group}>
      {agree.error && <ProblemNote error={agree.error} />}
      <div>
        <Button kind="primary" busy={agree.isPending} onClick={() => agree.mutate()}>
          {accounts.noticeAgree}
        </Button>
      </div>
    </div>
  )
}
