import { getRouteApi } from '@tanstack/react-router'
import { useAuditText } from '../../i18n/audit/use-audit-text.ts'
import { useHostText } from '../../i18n/host/use-host-text.ts'
import { AuditTable } from '../../ui/audit-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import styles from './host.module.css'

const route = getRouteApi('/competitions/$slug')

/** Who did what on this competition's desk. */
export function LogPage() {
  const audit = useAuditText()
  const host = useHostText()
  const { slug } = route.useParams()
  return (
    <Panel title={host.sections.log}>
      <p className={styles.muted}>{audit.text}</p>
      <AuditTable slug={slug} />
    </Panel>
  )
}
