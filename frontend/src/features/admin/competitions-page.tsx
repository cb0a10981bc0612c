import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type AdminCompetition, adminCompetitionsQuery } from '../../api/admin.ts'
import type { CompetitionState } from '../../api/types.ts'
import { useAdminText } from '../../i18n/admin/use-admin-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { formatBytes, formatNumber } from '../../lib/format.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { Badge } from '../../ui/badge.tsx'
import { Select } from '../../ui/field.tsx'
import { More } from '../../ui/more.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './admin.module.css'

const states = [
  'draft',
  'scheduled',
  'running',
  'closed',
  'revealed',
  'archived',
] as const satisfies readonly CompetitionState[]

const tones: Record<CompetitionState, 'neutral' | 'good' | 'warn'> = {
  draft: 'warn',
  scheduled: 'neutral',
  running: 'good',
  closed: 'neutral',
  revealed: 'neutral',
  archived: 'neutral',
}

/** Every competition of the site, the drafts too: who runs it, how large it is, whether its queue waits. */
export function CompetitionsPage() {
  const { t } = useWords()
  const admin = useAdminText()
  const [typed, setTyped] = useState('')
  const [state, setState] = useState<CompetitionState>()
  const q = useSettled(typed.trim(), 250)
  const list = useInfiniteQuery(adminCompetitionsQuery({ q, state }))
  const items = list.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <search className={styles.filters}>
        <SearchField label={admin.searchCompetitions} value={typed} onChange={setTyped} />
        <Select
          label={admin.state}
          hideLabel
          value={state ?? ''}
          options={[
            ['', admin.allStates],
            ...states.map((name) => [name, t.competition.states[name]] as const),
          ]}
          onChange={(event) => setState((event.target.value || undefined) as CompetitionState | undefined)}
        />
      </search>
      {list.isPending && <Bones rows={6} tall />}
      {list.isError && !items && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {items?.length === 0 && (
        <EmptyState title={q || state ? admin.noCompetitionMatches : admin.noCompetitions} />
      )}
      {items && items.length > 0 && (
        <Table
          label={admin.views.competitions}
          columns={[
            { name: admin.competition },
            { name: admin.state },
            { name: admin.hosts, wide: true },
            { name: admin.participants, kind: 'number', wide: true },
            { name: admin.entries, kind: 'number' },
            { name: admin.storage, kind: 'number', wide: true },
            { name: admin.lastActivity, wide: true },
          ]}
        >
          {items.map((item) => (
            <Row key={item.slug} item={item} />
          ))}
        </Table>
      )}
      <More list={list} />
    </>
  )
}

function Row({ item }: { item: AdminCompetition }) {
  const { t, language } = useWords()
  const admin = useAdminText()
  const hosts = item.hosts.map(({ name }) => name).join(', ')
  const bytes = formatBytes(item.storage_bytes, language)
  return (
    <tr>
      <Cell head>
        <TextLink to="/competitions/$slug/host" params={{ slug: item.slug }}>
          {pick(item.title, language)}
        </TextLink>
        <Aside>{item.slug}</Aside>
        <Aside narrow>
          {hosts} · {bytes}
        </Aside>
      </Cell>
      <Cell>
        <Badge tone={tones[item.state]}>{t.competition.states[item.state]}</Badge>
        {item.visibility === 'private' && <Aside>{admin.private}</Aside>}
      </Cell>
      <Cell wide>{hosts}</Cell>
      <Cell kind="number" wide>
        {formatNumber(item.participants, language)}
      </Cell>
      <Cell kind="number">
        {formatNumber(item.entries, language)}
        {item.waiting > 0 && <Aside>{admin.waiting(formatNumber(item.waiting, language))}</Aside>}
      </Cell>
      <Cell kind="number" wide>
        {bytes}
      </Cell>
      <Cell wide>{item.last_activity_at && <RelativeTime at={item.last_activity_at} />}</Cell>
    </tr>
  )
}
