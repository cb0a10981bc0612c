import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import {
  type HostPerson,
  type HostRole,
  hostsQuery,
  inviteHost,
  removeHost,
  updateHost,
} from '../../api/desk.ts'
import { meQuery } from '../../api/queries.ts'
import { useDeskText } from '../../i18n/desk/use-desk-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { inviteUrl } from '../../lib/base-path.ts'
import { Badge } from '../../ui/badge.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Bones, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { Cell, Table } from '../../ui/table.tsx'
import styles from './host.module.css'

const route = getRouteApi('/competitions/$slug')

/** Who runs the competition, and with which rights. The owner names the others. */
export function HostsPage() {
  const desk = useDeskText()
  const { slug } = route.useParams()
  const client = useQueryClient()
  const me = useQuery(meQuery).data?.user
  const list = useQuery(hostsQuery(slug))
  const change = useMutation({
    mutationFn: (wish: { id: number; role?: HostRole }) =>
      wish.role ? updateHost(slug, wish.id, wish.role) : removeHost(slug, wish.id),
    onSuccess: () => {
      for (const key of ['hosts', 'competition']) void client.invalidateQueries({ queryKey: [key, slug] })
    },
  })
  return (
    <Panel title={desk.hosts} aside={list.data?.may_change && <InviteHost slug={slug} />}>
      <p className={styles.muted}>{desk.hostsText}</p>
      {list.isPending && <Bones rows={3} tall />}
      {list.isError && !list.data && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {change.error && <ProblemNote error={change.error} />}
      {list.data && (
        <Table
          label={desk.hosts}
          columns={[{ name: desk.name }, { name: desk.role }, { name: desk.decision, kind: 'action' }]}
        >
          {list.data.items.map((person) => (
            <Row
              key={person.id}
              person={person}
              isMe={person.id === me?.id}
              mayChange={list.data.may_change}
              onChange={(role) => change.mutate({ id: person.id, ...(role && { role }) })}
            />
          ))}
        </Table>
      )}
      {list.data && !list.data.may_change && <p className={styles.muted}>{desk.ownerChanges}</p>}
    </Panel>
  )
}

function Row(props: {
  person: HostPerson
  isMe: boolean
  mayChange: boolean
  /** Without a role: ends it. */
  onChange(role?: HostRole): void
}) {
  const t = useText()
  const desk = useDeskText()
  const { person, isMe, mayChange, onChange } = props
  const isOwner = person.role === 'owner'
  return (
    <tr>
      <Cell head>
        {person.name} {isMe && <Badge tone="solid">{t.common.you}</Badge>}
      </Cell>
      <Cell>
        {isOwner || !mayChange ? (
          desk.roles[person.role]
        ) : (
          <Select
            label={desk.roleOf(person.name)}
            hideLabel
            value={person.role}
            options={(['host', 'moderator'] as const).map(
              (role) => [role, desk.roles[role] ?? role] as const,
            )}
            onChange={(event) => onChange(event.target.value as HostRole)}
          />
        )}
      </Cell>
      <Cell kind="action">
        {mayChange && !isOwner && (
          <Confirm
            label={desk.makeOwnerOne(person.name)}
            title={desk.makeOwnerTitle(person.name)}
            text={desk.makeOwnerText}
            action={desk.makeOwner}
            onConfirm={() => onChange('owner')}
          >
            {desk.makeOwner}
          </Confirm>
        )}
        {!isOwner && (mayChange || isMe) && (
          <Confirm
            label={isMe ? desk.leave : desk.removeHostOne(person.name)}
            title={isMe ? desk.leaveTitle : desk.removeHostTitle(person.name)}
            text={desk.removeHostText}
            action={isMe ? desk.leave : desk.endRole}
            onConfirm={() => onChange()}
          >
            {isMe ? desk.leave : desk.endRole}
          </Confirm>
        )}
      </Cell>
    </tr>
  )
}

function InviteHost({ slug }: { slug: string }) {
  const desk = useDeskText()
  const client = useQueryClient()
  const [link, setLink] = useState<string>()
  return (
    <div className={styles.list}>
      <FormDialog
        title={desk.inviteHost}
        text={desk.inviteHostText}
        action={desk.invite}
        fields={(fault) => (
          <>
            <TextField
              label={desk.accountName}
              name="name"
              optional
              autoComplete="off"
              hint={desk.accountNameHint}
              error={fault('name')}
            />
            <Select
              label={desk.role}
              name="role"
              hint={desk.roleHint}
              options={(['host', 'moderator'] as const).map(
                (role) => [role, desk.roles[role] ?? role] as const,
              )}
            />
          </>
        )}
        onSubmit={async (value) => {
          const name = value('name')
          const made = await inviteHost(slug, { role: value('role'), ...(name && { name }) })
          setLink(made.token ? inviteUrl(made.token) : undefined)
          void client.invalidateQueries({ queryKey: ['invites', slug] })
        }}
      >
        {desk.inviteHost}
      </FormDialog>
      {link && (
        <ShownOnce title={desk.linkMade} text={desk.shownOnce} label={desk.inviteHost} secret={link} />
      )}
    </div>
  )
}
