import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { agreementsQuery, agreeToDataAgreement } from '../../api/privacy.ts'
import { asProblem } from '../../api/problem.ts'
import type { Page } from '../../api/types.ts'
import { useJoiningText } from '../../i18n/joining/use-joining-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { formatDay } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/field.tsx'
import { PageText } from '../../ui/page-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import styles from './rules-page.module.css'

/** What a participant agrees to before the data opens; anew when its text has changed. */
export function DataAgreement({ slug, page }: { slug: string; page: Page }) {
  const { language } = useWords()
  const joining = useJoiningText()
  const client = useQueryClient()
  const agreements = useQuery(agreementsQuery)
  const [unticked, setUnticked] = useState(false)
  const agree = useMutation({
    mutationFn: () => agreeToDataAgreement(slug, page.sha256),
    onSuccess: () =>
      Promise.all(
        [['agreements'], ['files', slug], ['preview', slug]].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
    onError: (error) => {
      if (asProblem(error).code === 'document_changed')
        void client.invalidateQueries({ queryKey: ['pages', slug] })
    },
  })
  const given = agreements.data?.items.filter(
    ({ document, competition }) => document === 'data_agreement' && competition === slug,
  )
  const current = given?.findLast(({ is_current }) => is_current)
  return (
    <div id="data-agreement">
      <Panel title={joining.dataAgreement} narrow>
        <PageText page={page} title={joining.dataAgreement} />
        <p className={styles.muted}>
          {joining.version(page.sha256.slice(0, 8), formatDay(new Date(page.updated_at), language))}
        </p>
        {agreements.isPending && <Bones rows={2} />}
        {agreements.isError && (
          <ErrorState error={agreements.error} onRetry={() => void agreements.refetch()} />
        )}
        {current && (
          <Note tone="good">{joining.agreed(formatDay(new Date(current.agreed_at), language))}</Note>
        )}
        {given && !current && (
          <form
            className={styles.form}
            noValidate
            onSubmit={(event) => {
              event.preventDefault()
              const ticked = new FormData(event.currentTarget).has('agree')
              setUnticked(!ticked)
              if (ticked && !agree.isPending) agree.mutate()
            }}
          >
            <p>{given.length > 0 ? joining.dataAgreementChanged : joining.dataAgreementText}</p>
            <Checkbox
              label={joining.agreeBox}
              name="agree"
              error={unticked ? joining.agreeFirst : undefined}
            />
            {agree.error && <ProblemNote error={agree.error} />}
            <div>
              <Button type="submit" kind="primary" busy={agree.isPending}>
                {joining.agree}
              </Button>
            </div>
          </form>
        )}
      </Panel>
    </div>
  )
}
