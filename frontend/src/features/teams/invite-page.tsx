import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { asProblem } from '../../api/problem.ts'
import { meQuery } from '../../api/queries.ts'
import { acceptInviteLink, inviteLinkQuery } from '../../api/teams.ts'
import { useTeamsText } from '../../i18n/teams/use-teams-text.ts'
import { useText } from '../../i18n/text-provider.tsx'
import { sessionNote } from '../../lib/session-note.ts'
import { usePageTitle } from '../../lib/use-page-title.ts'
import { ButtonLink } from '../../ui/button.tsx'
import { Bones, EmptyState, ErrorState } from '../../ui/state.tsx'
import styles from './invite-page.module.css'
import { OfferCard, Offers, useAccept } from './offers.tsx'

/**
 * Where an invitation's link leads, `/invite#TOKEN`; without a token, all invitations by name. The token is kept in the
 * tab while somebody signs in or joins first, so that it enters no address that a server writes down.
 */
export function InvitePage() {
  const t = useText()
  const teams = useTeamsText()
  usePageTitle(teams.offerTitle)
  const user = useQuery(meQuery).data?.user
  const [token, setToken] = useState(() => location.hash.slice(1) || sessionNote.read('invite'))
  useEffect(() => {
    if (token) sessionNote.write('invite', token)
  }, [token])
  const forget = () => {
    sessionNote.forget('invite')
    history.replaceState(history.state, '', location.pathname)
    setToken(undefined)
  }

  if (user === undefined) return <Bones rows={4} />
  if (user === null) {
    return (
      <EmptyState
        title={teams.offerSignIn}
        action={
          <>
            <ButtonLink to="/sign-in" search={{ next: '/invite' }} kind="primary">
              {t.shell.signIn}
            </ButtonLink>
            <ButtonLink to="/sign-up" search={{ next: '/invite' }}>
              {t.shell.signUp}
            </ButtonLink>
          </>
        }
      >
        {teams.offerSignInText}
      </EmptyState>
    )
  }
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>{token ? teams.offerTitle : teams.offers}</h1>
      {token ? (
        <ByLink token={token} onDone={forget} />
      ) : (
        <Offers
          otherwise={
            <EmptyState
              title={teams.offersEmpty}
              action={<ButtonLink to="/">{t.common.backHome}</ButtonLink>}
            >
              {teams.offersEmptyText}
            </EmptyState>
          }
        />
      )}
    </div>
  )
}

function ByLink({ token, onDone }: { token: string; onDone(): void }) {
  const t = useText()
  const teams = useTeamsText()
  const look = useQuery(inviteLinkQuery(token))
  const accept = useAccept(() => acceptInviteLink(token), onDone)
  if (look.isPending) return <Bones rows={4} />
  if (!look.data) {
    const { code } = asProblem(look.error)
    return code === 'not_found' || code === 'invite_ended' ? (
      <EmptyState
        title={teams.linkGone}
        action={
          <ButtonLink to="/" onClick={onDone}>
            {t.common.backHome}
          </ButtonLink>
        }
      >
        {teams.linkGoneText}
      </EmptyState>
    ) : (
      <ErrorState error={look.error} onRetry={() => void look.refetch()} />
    )
  }
  return (
    <OfferCard
      offer={look.data}
      busy={accept.isPending}
      error={accept.error}
      onAccept={() => accept.mutate()}
    >
      <ButtonLink to="/" onClick={onDone}>
        {teams.notNow}
      </ButtonLink>
    </OfferCard>
  )
}
