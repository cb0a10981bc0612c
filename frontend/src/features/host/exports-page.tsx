import { useMutation, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { type AuditEntry, listAudit } from '../../api/admin.ts'
import { deskUrls } from '../../api/desk.ts'
import { isRevealed } from '../../api/is-revealed.ts'
import { competitionQuery } from '../../api/queries.ts'
import { useRunningText } from '../../i18n/running/use-running-text.ts'
import { saveFile, writeCsv } from '../../lib/csv.ts'
import { Button, ButtonAnchor } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import styles from './host.module.css'

/** Names of formats are the same in every language. */
const kinds = { csv: 'CSV', excel: 'Excel', json: 'JSON', zip: 'ZIP' }

const route = getRouteApi('/competitions/$slug')

/** Everything that can be taken away, in one place. */
export function ExportsPage() {
  const running = useRunningText()
  const { slug } = route.useParams()
  const isReleased = isRevealed(useQuery(competitionQuery(slug)).data?.state)
  return (
    <Panel title={running.exports} narrow>
      <ul className={styles.exports}>
        <Line title={running.publicBoard} text={running.publicBoardText}>
          <File href={deskUrls.publicCsv(slug, false)} of={running.publicBoard} kind={kinds.csv} />
          <File href={deskUrls.publicCsv(slug, true)} of={running.publicBoard} kind={kinds.excel} />
          <File href={deskUrls.publicJson(slug)} of={running.publicBoard} kind={kinds.json} />
        </Line>
        <Line
          title={running.privateBoard}
          text={isReleased ? running.privateBoardText : running.noPrivateYetText}
        >
          {isReleased && (
            <>
              <File href={deskUrls.privateCsv(slug, false)} of={running.privateBoard} kind={kinds.csv} />
              <File href={deskUrls.privateCsv(slug, true)} of={running.privateBoard} kind={kinds.excel} />
            </>
          )}
        </Line>
        <Line title={running.entries} text={running.entriesZipText}>
          <File href={deskUrls.entriesZip(slug)} of={running.entries} kind={kinds.zip} />
        </Line>
        <Line title={running.people} text={running.peopleText}>
          <File href={deskUrls.participantsCsv(slug, false)} of={running.people} kind={kinds.csv} />
          <File href={deskUrls.participantsCsv(slug, true)} of={running.people} kind={kinds.excel} />
        </Line>
        <Line title={running.auditLog} text={running.auditText}>
          <Audit slug={slug} />
        </Line>
        <Line
          title={running.closingArchive}
          text={isReleased ? running.closingArchiveText : running.closingArchiveLater}
        >
          {isReleased && (
            <File href={deskUrls.closingArchive(slug)} of={running.closingArchive} kind={kinds.zip} />
          )}
        </Line>
      </ul>
    </Panel>
  )
}

function Line(props: { title: string; text: string; children: ReactNode }) {
  return (
    <li className={styles.export}>
      <div>
        <h3>{props.title}</h3>
        <p className={styles.muted}>{props.text}</p>
      </div>
      <div className={styles.actions}>{props.children}</div>
    </li>
  )
}

/** The name of the format is the whole button; what it is of is said to who does not see the line. */
function File({ href, of, kind }: { href: string; of: string; kind: string }) {
  return (
    <ButtonAnchor href={href} download small aria-label={`${of}, ${kind}`}>
      {kind}
    </ButtonAnchor>
  )
}

/** The log page by page, oldest first, with each entry's hash: enough to check the chain elsewhere. */
function Audit({ slug }: { slug: string }) {
  const running = useRunningText()
  const save = useMutation({
    mutationFn: async () => {
      const entries: AuditEntry[] = []
      let cursor: string | undefined
      do {
        const page: Awaited<ReturnType<typeof listAudit>> = await listAudit(slug, cursor)
        entries.push(...page.items)
        cursor = page.next ?? undefined
      } while (cursor)
      const head = ['id', 'at', 'actor_kind', 'actor', 'action', 'subject', 'detail', 'hash']
      const lines = entries
        .reverse()
        .map((entry) => [
          entry.id,
          entry.at,
          entry.actor_kind,
          entry.actor_name ?? '',
          entry.action,
          entry.subject,
          JSON.stringify(entry.detail),
          entry.hash,
        ])
      saveFile(`${slug}-audit.csv`, writeCsv([head, ...lines]))
    },
  })
  return (
    <>
      <Button
        small
        busy={save.isPending}
        aria-label={`${running.auditLog}, CSV`}
        onClick={() => save.mutate()}
      >
        {kinds.csv}
      </Button>
      {save.error && <ProblemNote error={save.error} />}
    </>
  )
}
