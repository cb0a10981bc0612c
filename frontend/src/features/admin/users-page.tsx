import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import {
  type Account,
  issuePasswordReset,
  resetSecondFactor,
  type UserChange,
  updateUser,
  usersQuery,
} from '../../api/admin.ts'
import { meQuery } from '../../api/queries.ts'
import { useAccountsText } from '../../i18n/accounts/use-accounts-text.ts'
import { useAdminText } from '../../i18n/admin/use-admin-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { siteUrl } from '../../lib/base-path.ts'
import { useSettled } from '../../lib/use-settled.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { Select } from '../../ui/field.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { More } from '../../ui/more.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Bones, EmptyState, ErrorState, ProblemNote } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { Day, RelativeTime } from '../../ui/time.tsx'
import styles from './admin.module.css'

const roles = ['participant', 'host', 'admin'] as const

/** Every account: its role, whether it is in use, and the way back in for somebody who lost a password or a factor. */
export function UsersPage() {
  const { t } = useWords()
  const admin = useAdminText()
  const me = useQuery(meQuery).data?.user
  const [typed, setTyped] = useState('')
  const list = useInfiniteQuery(usersQuery(useSettled(typed.trim(), 250)))
  const users = list.data?.pages.flatMap((page) => page.items)
  return (
    <>
      <search className={styles.filters}>
        <SearchField label={admin.searchUsers} value={typed} onChange={setTyped} />
      </search>
      {list.isPending && <Bones rows={6} tall />}
      {list.isError && !users && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {users?.length === 0 && <EmptyState title={admin.noUsers}>{typed}</EmptyState>}
      {users && users.length > 0 && (
        <Table
          label={admin.views.users}
          columns={[
            { name: admin.name },
            { name: admin.role },
            { name: admin.since, wide: true },
            { name: t.submit.state, wide: true },
            { name: admin.actions, kind: 'action' },
          ]}
        >
          {users.map((user) => (
            <Row key={user.id} user={user} isMe={user.id === me?.id} />
          ))}
        </Table>
      )}
      <More list={list} />
    </>
  )
}

function Row({ user, isMe }: { user: Account; isMe: boolean }) {
  const { t } = useWords()
  const accounts = useAccountsText()
  const admin = useAdminText()
  const [isOpen, setOpen] = useState(false)
  const state = <Badge tone={user.state === 'active' ? 'good' : 'bad'}>{admin.states[user.state]}</Badge>
  return (
    <>
      <tr>
        <Cell head>
          {user.name} {isMe && <Badge tone="solid">{t.common.you}</Badge>}
          {user.email && <Aside>{user.email}</Aside>}
          {user.state !== 'active' && <Aside narrow>{state}</Aside>}
        </Cell>
        <Cell>
          {accounts.roles[user.role]}
          {user.second_factor && <Aside>{admin.secondFactor}</Aside>}
        </Cell>
        <Cell wide>
          <Day at={user.created_at} />
        </Cell>
        <Cell wide>{state}</Cell>
        <Cell kind="action">
          {!isMe && (
            <Button
              kind="plain"
              small
              aria-label={admin.manageUser(user.name)}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {admin.manage}
            </Button>
          )}
        </Cell>
      </tr>
      {isOpen && (
        <tr>
          <Cell span={5}>
            <Manage user={user} />
          </Cell>
        </tr>
      )}
    </>
  )
}

function Manage({ user }: { user: Account }) {
  const accounts = useAccountsText()
  const admin = useAdminText()
  const client = useQueryClient()
  const renew = () => client.invalidateQueries({ queryKey: ['admin', 'users'] })
  const change = useMutation({
    mutationFn: (wish: UserChange) => updateUser(user.id, wish),
    onSuccess: renew,
  })
  const link = useMutation({ mutationFn: () => issuePasswordReset(user.id) })
  const factor = useMutation({ mutationFn: () => resetSecondFactor(user.id), onSuccess: renew })
  const failed = change.error ?? link.error ?? factor.error
  return (
    <div className={styles.stack}>
      <div className={styles.actions}>
        <FormDialog
          small
          label={admin.changeRoleOf(user.name)}
          title={admin.changeRoleOf(user.name)}
          text={admin.roleText}
          action={admin.save}
          fields={(fault) => (
            <Select
              label={admin.role}
              name="role"
              defaultValue={user.role}
              error={fault('role')}
              options={roles.map((role) => [role, accounts.roles[role]] as const)}
            />
          )}
          onSubmit={async (value) => {
            await updateUser(user.id, { role: value('role') })
            await renew()
          }}
        >
          {admin.changeRole}
        </FormDialog>
        <Button
          small
          busy={link.isPending}
          aria-label={admin.resetLinkFor(user.name)}
          onClick={() => link.mutate()}
        >
          {admin.resetLink}
        </Button>
        {user.second_factor && (
          <Confirm
            label={admin.removeFactorOf(user.name)}
            title={admin.removeFactorTitle(user.name)}
            text={admin.removeFactorText}
            action={admin.removeFactor}
            onConfirm={() => factor.mutate()}
          >
            {admin.removeFactor}
          </Confirm>
        )}
        {user.state === 'active' ? (
          <Confirm
            kind="danger"
            label={admin.suspendUser(user.name)}
            title={admin.suspendTitle(user.name)}
            text={admin.suspendText}
            action={admin.suspend}
            onConfirm={() => change.mutate({ state: 'suspended' })}
          >
            {admin.suspend}
          </Confirm>
        ) : (
          <Button
            small
            busy={change.isPending}
            aria-label={admin.restoreUser(user.name)}
            onClick={() => change.mutate({ state: 'active' })}
          >
            {admin.restore}
          </Button>
        )}
      </div>
      {failed && <ProblemNote error={failed} />}
      {link.data && (
        <ShownOnce
          title={admin.resetLinkMade}
          text={admin.resetLinkText}
          label={admin.resetLinkFor(user.name)}
          secret={`${siteUrl()}${link.data.path}`}
        >
          <p className={styles.muted}>
            {admin.validUntil} <RelativeTime at={link.data.expires_at} />
          </p>
        </ShownOnce>
      )}
    </div>
  )
}
