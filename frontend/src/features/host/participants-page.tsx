import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import {
  type Decision,
  decideParticipant,
  deskUrls,
  type Participant,
  type ParticipantState,
  participantsQuery,
} from '../../api/desk.ts'
import { competitionQuery } from '../../api/queries.ts'
import type { Competition } from '../../api/types.ts'
import { useDeskText } from '../../i18n/desk/use-desk-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { useSettled } from '../../lib/use-settled.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button, ButtonAnchor, ButtonLink } from '../../ui/button.tsx'
import { Select } from '../../ui/field.tsx'
import { More } from '../../ui/more.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Bones, EmptyState, ErrorState, Note, ProblemNote } from '../../ui/state.tsx'
import { Aside, Cell, Table } from '../../ui/table.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './host.module.css'
import { ReasonDialog } from './reason-dialog.tsx'

const competition = getRouteApi('/competitions/$slug')
const route = getRouteApi('/competitions/$slug/host/participants')

export const participantStates = [
  'asked',
  'joined',
  'invited',
  'declined',
  'removed',
  'left',
] as const satisfies readonly ParticipantState[]

const tones: Record<ParticipantState, 'neutral' | 'good' | 'bad' | 'warn'> = {
  asked: 'warn',
  joined: 'good',
  invited: 'neutral',
  declined: 'bad',
  removed: 'bad',
  left: 'neutral',
}

/** Who asked, who was invited, who takes part; what they answered, and what is decided about them. */
export function ParticipantsPage() {
  const { t } = useWords()
  const desk = useDeskText()
  const { slug } = competition.useParams()
  const { state } = route.useSearch()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const q = useSettled(typed.trim(), 250)
  const view = useQuery(competitionQuery(slug)).data
  const list = useInfiniteQuery(participantsQuery(slug, { state, q }))
  const items = list.data?.pages.flatMap((page) => page.items)
  // Where nobody was asked anything the column would be empty.
  const isAsked = Boolean(
    view?.fields.length || items?.some(({ answers }) => Object.keys(answers).length > 0),
  )
  return (
    <Panel
      title={desk.participants}
      aside={
        <ButtonAnchor href={deskUrls.participantsCsv(slug, true)} download>
          {desk.exportCsv}
        </ButtonAnchor>
      }
    >
      <div className={styles.filters}>
        <SearchField label={desk.searchName} value={typed} onChange={setTyped} />
        <Select
          label={t.submit.state}
          hideLabel
          value={state ?? ''}
          options={[
            ['', desk.allStates],
            ...participantStates.map((name) => [name, desk.participantStates[name]] as const),
          ]}
          onChange={(event) =>
            void navigate({
              to: '/competitions/$slug/host/participants',
              params: { slug },
              search: event.target.value ? { state: event.target.value as ParticipantState } : {},
              replace: true,
            })
          }
        />
      </div>
      {!state && <Asking slug={slug} />}
      {list.isPending && <Bones rows={5} tall />}
      {list.isError && !items && <ErrorState error={list.error} onRetry={() => void list.refetch()} />}
      {items?.length === 0 &&
        (q || state ? (
          <EmptyState title={desk.noMatch}>{desk.noMatchText}</EmptyState>
        ) : (
          <EmptyState
            title={desk.nobody}
            action={
              <ButtonLink to="/competitions/$slug/host/invites" params={{ slug }}>
                {desk.invite}
              </ButtonLink>
            }
          >
            {desk.nobodyText}
          </EmptyState>
        ))}
      {items && items.length > 0 && (
        <Table
          label={desk.participants}
          columns={[
            { name: desk.name },
            { name: t.submit.state },
            ...(isAsked ? [{ name: desk.answers, wide: true }] : []),
            { name: desk.since, wide: true },
            { name: desk.decision, kind: 'action' },
          ]}
        >
          {items.map((person) => (
            <Row key={person.id} slug={slug} person={person} competition={view} isAsked={isAsked} />
          ))}
        </Table>
      )}
      <More list={list} />
    </Panel>
  )
}

/** People wait for an answer: said above the list, in which they may be far down. */
function Asking({ slug }: { slug: string }) {
  const desk = useDeskText()
  const asking = useInfiniteQuery(participantsQuery(slug, { state: 'asked' })).data?.pages[0]
  if (!asking?.items.length) return null
  return (
    <Note tone="warn" title={desk.asking(asking.items.length, Boolean(asking.next))}>
      <ButtonLink
        to="/competitions/$slug/host/participants"
        params={{ slug }}
        search={{ state: 'asked' }}
        small
      >
        {desk.showAsking}
      </ButtonLink>
    </Note>
  )
}

function Row(props: {
  slug: string
  person: Participant
  competition: Competition | undefined
  isAsked: boolean
}) {
  const desk = useDeskText()
  const { person } = props
  const answers = <Answers person={person} competition={props.competition} />
  return (
    <tr>
      <Cell head>
        {person.name}
        {person.team && <Aside>{desk.inTeam(person.team.name)}</Aside>}
        <Aside narrow>
          <RelativeTime at={person.decided_at ?? person.created_at} />
        </Aside>
        <div className={styles.onlyNarrow}>{answers}</div>
      </Cell>
      <Cell>
        <Badge tone={tones[person.state]}>{desk.participantStates[person.state]}</Badge>
        {person.reason && <Aside>{person.reason}</Aside>}
      </Cell>
      {props.isAsked && <Cell wide>{answers}</Cell>}
      <Cell wide>
        <RelativeTime at={person.decided_at ?? person.created_at} />
      </Cell>
      <Cell kind="action">
        <Decisions slug={props.slug} person={person} />
      </Cell>
    </tr>
  )
}

/** Each answer under its question; questions that are not asked any more by their names. */
function Answers({ person, competition }: { person: Participant; competition: Competition | undefined }) {
  const { language } = useWords()
  const answers = Object.entries(person.answers)
  if (answers.length === 0) return null
  return (
    <dl className={styles.answers}>
      {answers.map(([name, value]) => {
        const field = competition?.fields.find((field) => field.name === name)
        const choice = field?.choices?.find((choice) => choice.value === value)
        return (
          <div key={name}>
            <dt>{field ? pick(field.label, language) : name}</dt>
            <dd>{choice?.label ? pick(choice.label, language) : value}</dd>
          </div>
        )
      })}
    </dl>
  )
}

function Decisions({ slug, person }: { slug: string; person: Participant }) {
  const desk = useDeskText()
  const client = useQueryClient()
  const decide = useMutation({
    mutationFn: (wish: { decision: Decision; reason: string }) =>
      decideParticipant(slug, person.id, wish.decision, wish.reason),
    onSuccess: () => {
      for (const key of ['participants', 'host-teams', 'competition'])
        void client.invalidateQueries({ queryKey: [key, slug] })
    },
  })
  const at = (decision: Decision) => (reason: string) => decide.mutateAsync({ decision, reason })
  const { name, state } = person
  return (
    <>
      {state === 'asked' && (
        <Button
          small
          busy={decide.isPending}
          aria-label={desk.approveOne(name)}
          onClick={() => decide.mutate({ decision: 'approve', reason: '' })}
        >
          {desk.approve}
        </Button>
      )}
      {(state === 'asked' || state === 'invited') && (
        <ReasonDialog
          label={state === 'asked' ? desk.declineOne(name) : desk.takeBackOne(name)}
          title={state === 'asked' ? desk.declineTitle(name) : desk.takeBackTitle(name)}
          text={desk.declineText}
          action={state === 'asked' ? desk.decline : desk.takeBack}
          onDecide={at('decline')}
        >
          {state === 'asked' ? desk.decline : desk.takeBack}
        </ReasonDialog>
      )}
      {state === 'joined' && (
        <ReasonDialog
          label={desk.removeOne(name)}
          title={desk.removeTitle(name)}
          text={desk.removeText}
          action={desk.remove}
          required
          onDecide={at('remove')}
        >
          {desk.remove}
        </ReasonDialog>
      )}
      {(state === 'declined' || state === 'removed') && (
        <Button
          small
          kind="plain"
          busy={decide.isPending}
          aria-label={desk.readmitOne(name)}
          onClick={() => decide.mutate({ decision: 'readmit', reason: '' })}
        >
          {desk.readmit}
        </Button>
      )}
      {/* What a dialog sent is answered in the dialog. */}
      {decide.error && !decide.variables?.reason && state !== 'joined' && (
        <ProblemNote error={decide.error} />
      )}
    </>
  )
}
