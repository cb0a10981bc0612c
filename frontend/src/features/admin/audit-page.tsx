import { AuditTable } from '../../ui/audit-table.tsx'

/** What hosts and administrators did on the whole site. */
export function AuditPage() {
  return <AuditTable />
}
