import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { acceptInvite, declineInvite, myInvitesQuery, type Offer } from '../../api/teams.ts'
import { useTeamsText } from '../../i18n/teams/use-teams-text.ts'
import { pick, useWords } from '../../i18n/text-provider.tsx'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNote } from '../../ui/state.tsx'
import { TextLink } from '../../ui/text-link.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import styles from './offers.module.css'
import { OutlookBox } from './outlook.tsx'

/** What follows accepting: everything is asked for again with the new rights, on the page where they are used. */
export function useAccept(accept: () => ReturnType<typeof acceptInvite>, onDone?: () => void) {
  const client = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: accept,
    onSuccess: async ({ kind, slug }) => {
      onDone?.()
      const params = { slug }
      if (kind === 'team') await navigate({ to: '/competitions/$slug/team', params })
      else if (kind === 'host') await navigate({ to: '/competitions/$slug/host', params })
      else await navigate({ to: '/competitions/$slug/rules', params })
      await client.invalidateQueries()
    },
  })
}

/** Invitations by name that wait for the reader's answer; of one competition, or all. */
export function Offers({ slug, otherwise }: { slug?: string; otherwise?: ReactNode }) {
  const teams = useTeamsText()
  const offers = useQuery(myInvitesQuery).data?.items.filter((offer) => !slug || offer.slug === slug)
  if (!offers) return null
  if (offers.length === 0) return otherwise
  const list = (
    <ul className={styles.list}>
      {offers.map((offer) => (
        <li key={offer.id}>
          <OwnOffer offer={offer} />
        </li>
      ))}
    </ul>
  )
  // The page of all invitations has its title already.
  return slug ? <Panel title={teams.offers}>{list}</Panel> : list
}

function OwnOffer({ offer }: { offer: Offer }) {
  const teams = useTeamsText()
  const client = useQueryClient()
  const accept = useAccept(() => acceptInvite(offer.id))
  const decline = useMutation({
    mutationFn: () => declineInvite(offer.id),
    onSuccess: () => client.invalidateQueries({ queryKey: myInvitesQuery.queryKey }),
  })
  return (
    <OfferCard
      offer={offer}
      busy={accept.isPending}
      error={accept.error ?? decline.error}
      onAccept={() => accept.mutate()}
    >
      <Button busy={decline.isPending} onClick={() => decline.mutate()}>
        {teams.decline}
      </Button>
    </OfferCard>
  )
}

/** One invitation: who invites to what, what it would mean, and the answer. `children` are the other answers. */
export function OfferCard(props: {
  offer: Offer
  busy: boolean
  error: Error | null
  onAccept(): void
  children: ReactNode
}) {
  const { offer } = props
  const { language } = useWords()
  const teams = useTeamsText()
  const who = offer.invited_by?.name ?? teams.somebody
  const title =
    offer.kind === 'team'
      ? teams.offerTeam(who, offer.team?.name ?? '')
      : offer.kind === 'host'
        ? teams.offerHost(who, teams.roles[offer.role ?? 'host'] ?? offer.role ?? '')
        : teams.offerParticipant(who)
  const mayAccept = !offer.needs_join && offer.outlook?.is_possible !== false
  return (
    <article className={styles.card}>
      <div>
        <h3 className={styles.title}>{title}</h3>
        <p className={styles.muted}>
          <TextLink to="/competitions/$slug" params={{ slug: offer.slug }}>
            {pick(offer.title, language)}
          </TextLink>
          {' · '}
          <RelativeTime at={offer.expires_at}>{teams.expires}</RelativeTime>
        </p>
      </div>
      {offer.outlook && <OutlookBox title={teams.outlook} outlook={offer.outlook} />}
      {offer.needs_join ? (
        <p>{teams.offerJoinFirst}</p>
      ) : (
        offer.kind === 'team' && mayAccept && <p className={styles.muted}>{teams.offerMoves}</p>
      )}
      {props.error && <ProblemNote error={props.error} />}
      <div className={styles.actions}>
        {offer.needs_join && (
          <ButtonLink to="/competitions/$slug/rules" params={{ slug: offer.slug }} kind="primary">
            {teams.join}
          </ButtonLink>
        )}
        {mayAccept && (
          <Button kind="primary" busy={props.busy} onClick={props.onAccept}>
            {teams.accept}
          </Button>
        )}
        {props.children}
      </div>
    </article>
  )
}
