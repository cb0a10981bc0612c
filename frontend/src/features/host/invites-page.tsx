import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useState } from 'react'
import { createInviteLink, invitePeople, invitesQuery, revokeInvite } from '../../api/desk.ts'
import { asProblem } from '../../api/problem.ts'
import { useDeskText } from '../../i18n/desk/use-desk-text.ts'
import { useWords } from '../../i18n/text-provider.tsx'
import { inviteUrl, siteUrl } from '../../lib/base-path.ts'
import { saveFile, writeCsv } from '../../lib/csv.ts'
import { formatNumber } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { Command } from '../../ui/command.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Segments } from '../../ui/segments.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Bones, EmptyState, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { Day } from '../../ui/time.tsx'
import styles from './host.module.css'
import { Roster } from './roster.tsx'

const competition = getRouteApi('/competitions/$slug')
const ways = ['emails', 'names', 'link', 'roster'] as const
type Way = (typeof ways)[number]

/** Bringing people in: by address, by name, by one link for many, by a roster; and the invitations that are open. */
export function InvitesPage() {
  const desk = useDeskText()
  const { slug } = competition.useParams()
  const [way, setWay] = useState<Way>('emails')
  return (
    <>
      <Panel title={desk.invitePeople}>
        <Segments
          label={desk.way}
          value={way}
          options={ways.map((name) => [name, desk.ways[name]] as const)}
          onChange={setWay}
        />
        <p className={styles.muted}>{desk.wayTexts[way]}</p>
        {way === 'emails' && <ByEmail slug={slug} />}
        {way === 'names' && <ByName slug={slug} />}
        {way === 'link' && <ByLink slug={slug} />}
        {way === 'roster' && <Roster slug={slug} />}
      </Panel>
      <OpenInvites slug={slug} />
    </>
  )
}

/** One of each line, comma or semicolon, as lists of addresses are pasted. */
const listed = (text: string) =>
  text
    .split(/[\n,;]+/)
    .map((part) => part.trim())
    .filter(Boolean)

function useInvite<T>(slug: string, send: (form: FormData) => Promise<T>) {
  const client = useQueryClient()
  const invite = useMutation({
    mutationFn: send,
    onSuccess: () => {
      for (const key of ['invites', 'participants']) void client.invalidateQueries({ queryKey: [key, slug] })
    },
  })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!invite.isPending) invite.mutate(new FormData(event.currentTarget))
  }
  return { invite, onSubmit, problem: invite.error ? asProblem(invite.error) : undefined }
}

/** The form, the button and what went wrong; the three ways differ in their fields and in what comes back. */
function InviteForm(props: {
  sending: ReturnType<typeof useInvite<unknown>>
  action: string
  children: ReactNode
}) {
  const { invite, onSubmit, problem } = props.sending
  return (
    <form className={styles.group} onSubmit={onSubmit}>
      {props.children}
      {problem && problem.errors.length === 0 && <ProblemNote error={problem} />}
      <div>
        <Button kind="primary" type="submit" busy={invite.isPending}>
          {props.action}
        </Button>
      </div>
    </form>
  )
}

function Days({ error }: { error: string | undefined }) {
  const desk = useDeskText()
  return (
    <TextField
      label={desk.validDays}
      name="days"
      type="number"
      min={1}
      max={180}
      defaultValue="14"
      error={error}
    />
  )
}

function ByEmail({ slug }: { slug: string }) {
  const { t } = useWords()
  const desk = useDeskText()
  const sending = useInvite(slug, (form) =>
    invitePeople(slug, {
      emails: listed(String(form.get('emails'))),
      expires_in_days: Number(form.get('days')),
    }),
  )
  const { invite, problem } = sending
  const links = invite.data?.links ?? []
  const address = (path: string) => `${siteUrl()}${path}`
  return (
    <>
      <InviteForm sending={sending} action={desk.makeLinks}>
        <TextArea
          label={desk.emails}
          name="emails"
          rows={4}
          required
          hint={desk.emailsHint}
          error={t.fieldText(problem?.field('emails'))}
        />
        <div className={styles.short}>
          <Days error={t.fieldText(problem?.field('expires_in_days'))} />
        </div>
      </InviteForm>
      {invite.data && (
        <Note tone="good" title={desk.linksMade(links.length)} alert>
          <p>{invite.data.is_mailed ? desk.linksMailed : desk.linksNotMailed}</p>
          <Button
            onClick={() =>
              saveFile(
                `${slug}-links.csv`,
                writeCsv([['email', 'link'], ...links.map(({ email, path }) => [email, address(path)])]),
              )
            }
          >
            {desk.saveLinks}
          </Button>
        </Note>
      )}
      {links.length > 0 && (
        <Table label={desk.links} columns={[{ name: desk.email }, { name: desk.link, kind: 'line' }]}>
          {links.map(({ email, path }) => (
            <tr key={path}>
              <Cell head>{email}</Cell>
              <Cell kind="line">
                <Command label={desk.linkFor(email)} text={address(path)} />
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </>
  )
}

function ByName({ slug }: { slug: string }) {
  const { t } = useWords()
  const desk = useDeskText()
  const sending = useInvite(slug, (form) => invitePeople(slug, { names: listed(String(form.get('names'))) }))
  const { invite, problem } = sending
  return (
    <>
      <InviteForm sending={sending} action={desk.invite}>
        <TextArea
          label={desk.names}
          name="names"
          rows={4}
          required
          hint={desk.namesHint}
          error={t.fieldText(problem?.field('names') ?? problem?.field('emails'))}
        />
      </InviteForm>
      {invite.data && (
        <Note
          tone={invite.data.missing.length > 0 ? 'warn' : 'good'}
          title={desk.namesInvited(invite.data.invited.length)}
          alert
        >
          {invite.data.missing.length > 0 && <p>{desk.namesMissing(invite.data.missing.join(', '))}</p>}
        </Note>
      )}
    </>
  )
}

function ByLink({ slug }: { slug: string }) {
  const { t } = useWords()
  const desk = useDeskText()
  const sending = useInvite(slug, (form) =>
    createInviteLink(slug, {
      label: String(form.get('label')).trim(),
      uses: Number(form.get('uses')),
      expires_in_days: Number(form.get('days')),
    }),
  )
  const { invite, problem } = sending
  return (
    <>
      <InviteForm sending={sending} action={desk.makeLink}>
        <TextField
          label={desk.linkLabel}
          name="label"
          hint={desk.linkLabelHint}
          maxLength={100}
          autoComplete="off"
          required
          error={t.fieldText(problem?.field('label'))}
        />
        <div className={styles.pair}>
          <TextField
            label={desk.uses}
            name="uses"
            type="number"
            min={1}
            max={10_000}
            defaultValue="50"
            error={t.fieldText(problem?.field('uses'))}
          />
          <Days error={t.fieldText(problem?.field('expires_in_days'))} />
        </div>
      </InviteForm>
      {invite.data?.token && (
        <ShownOnce
          title={desk.linkMade}
          text={desk.shownOnce}
          label={desk.linkFor(invite.data.invite.label)}
          secret={inviteUrl(invite.data.token)}
        />
      )}
    </>
  )
}

function OpenInvites({ slug }: { slug: string }) {
  const { language } = useWords()
  const desk = useDeskText()
  const client = useQueryClient()
  const list = useQuery(invitesQuery(slug))
  const revoke = useMutation({
    mutationFn: (id: number) => revokeInvite(slug, id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invites', slug] }),
  })
  const items = list.data?.items
  return (
    <Panel title={desk.openInvites}>
      {list.isPending && <Bones rows={2} tall />}
      {list.isError && !items && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {revoke.error && <ProblemNote error={revoke.error} />}
      {items?.length === 0 && <EmptyState title={desk.noInvites}>{desk.noInvitesText}</EmptyState>}
      {items && items.length > 0 && (
        <Table
          label={desk.openInvites}
          columns={[
            { name: desk.invitation },
            { name: desk.usesLeft, kind: 'number' },
            { name: desk.validUntil, wide: true },
            { name: desk.decision, kind: 'action' },
          ]}
        >
          {items.map((invite) => {
            const name: ReactNode = invite.person?.name ?? (invite.label || desk.unnamedLink)
            return (
              <tr key={invite.id}>
                <Cell head>
                  {name}
                  <Aside>
                    {invite.kind === 'host'
                      ? desk.asRole(desk.roles[invite.role ?? 'host'] ?? '')
                      : desk.asParticipant}
                  </Aside>
                </Cell>
                <Cell kind="number">{formatNumber(invite.uses_left, language)}</Cell>
                <Cell wide>
                  <Day at={invite.expires_at} />
                </Cell>
                <Cell kind="action">
                  <Confirm
                    label={desk.takeBackOne(String(name))}
                    title={desk.takeBackTitle(String(name))}
                    text={desk.revokeText}
                    action={desk.takeBack}
                    onConfirm={() => revoke.mutate(invite.id)}
                  >
                    {desk.takeBack}
                  </Confirm>
                </Cell>
              </tr>
            )
          })}
        </Table>
      )}
    </Panel>
  )
}
