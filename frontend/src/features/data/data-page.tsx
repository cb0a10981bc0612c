import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import Download from 'lucide-react/icons/download'
import Table from 'lucide-react/icons/table'
import { urls } from '../../api/client.ts'
import { competitionQuery, filesQuery, pagesQuery } from '../../api/queries.ts'
import type { Competition } from '../../api/types.ts'
import { pick, useText, useWords } from '../../i18n/text-provider.tsx'
import { formatBytes } from '../../lib/format.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { ButtonAnchor, ButtonLink } from '../../ui/button.tsx'
import { PageText } from '../../ui/page-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { AgreementGate, useOwesAgreement } from './agreement-gate.tsx'
import styles from './data-page.module.css'
import { FileBrowser } from './file-browser.tsx'
import { TakeCommands } from './take-commands.tsx'

const route = getRouteApi('/competitions/$slug')

export function DataPage() {
  const { t, language } = useWords()
  const { slug } = route.useParams()
  const competition = useQuery(competitionQuery(slug)).data
  const pages = useQuery(pagesQuery(slug, language))
  usePageTitle(t.competition.tabs.data, competition && pick(competition.title, language))
  const owes = useOwesAgreement(competition, pages.data?.items)
  if (!competition) return null
  const description = pages.data?.items.find((page) => page.name === 'data')
  const mayOpen = competition.membership != null || competition.is_host

  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <div className={styles.text}>
          {pages.isPending && <Bones rows={6} />}
          {pages.isError && <ErrorState error={pages.error} onRetry={() => void pages.refetch()} />}
          {pages.data && !description && (
            <EmptyState title={t.competition.noPage}>{t.competition.noPageText}</EmptyState>
          )}
          {description && <PageText page={description} title={t.competition.tabs.data} />}
        </div>
        <Take competition={competition} mayOpen={mayOpen && owes === false} />
      </div>
      <div id="files" className={styles.files}>
        <Panel title={t.data.files}>
          {!mayOpen ? (
            <Gate competition={competition} />
          ) : owes === undefined ? (
            <Bones rows={6} />
          ) : owes ? (
            <div className={styles.gate}>
              <AgreementGate slug={slug} />
            </div>
          ) : (
            <FileBrowser slug={slug} />
          )}
        </Panel>
      </div>
    </div>
  )
}

/** How to get everything: size, licence, one archive, one line for a terminal. */
function Take({ competition: { slug, licence }, mayOpen }: { competition: Competition; mayOpen: boolean }) {
  const { t, language } = useWords()
  const first = useInfiniteQuery(filesQuery(slug, '')).data?.pages[0]
  return (
    <aside className={styles.take}>
      {first && first.total_files > 0 && (
        <p className={styles.total}>
          {t.data.total(first.total_files, formatBytes(first.total_bytes, language))}
        </p>
      )}
      <p className={styles.muted}>{t.data.licence(licence)}</p>
      {mayOpen && first && first.total_files > 0 && (
        <>
          <ButtonAnchor href={urls.archive(slug)} download wide icon={<Download aria-hidden="true" />}>
            {t.data.downloadAll}
          </ButtonAnchor>
          <ButtonAnchor href="#files" wide icon={<Table aria-hidden="true" />}>
            {t.data.lookInside}
          </ButtonAnchor>
          <TakeCommands slug={slug} file={first.items.find((item) => item.kind === 'csv')?.path} />
        </>
      )}
    </aside>
  )
}

function Gate({ competition: { slug, next_action } }: { competition: Competition }) {
  const t = useText()
  const signedOut = next_action === 'sign_in'
  return (
    <div className={styles.gate}>
      <EmptyState
        title={t.data.gated}
        action={
          <>
            {signedOut && (
              <ButtonLink to="/sign-in" search={{ next: `/competitions/${slug}/rules` }}>
                {t.shell.signIn}
              </ButtonLink>
            )}
            <ButtonLink to="/competitions/$slug/rules" params={{ slug }}>
              {t.data.readRules}
            </ButtonLink>
          </>
        }
      >
        {signedOut ? t.data.gatedSignIn : t.data.gatedText}
      </EmptyState>
    </div>
  )
}
