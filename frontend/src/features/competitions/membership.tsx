import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { agreementsQuery, agreeToRules } from '../../api/privacy.ts'
import { asProblem } from '../../api/problem.ts'
import { meQuery } from '../../api/queries.ts'
import { myInvitesQuery } from '../../api/teams.ts'
import type { Competition, User } from '../../api/types.ts'
import { useJoiningText } from '../../i18n/joining/use-joining-text.ts'
import { useText, useWords } from '../../i18n/text-provider.tsx'
import { formatDay } from '../../lib/format.ts'
import { sessionNote } from '../../lib/session-note.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/field.tsx'
import { Note, ProblemNote } from '../../ui/state.tsx'
import { Join } from './join.tsx'
import styles from './rules-page.module.css'

/** Below the rules: where the reader stands as a participant, and what they can do about it. */
export function Membership({
  competition,
  rulesSha256,
}: {
  competition: Competition
  rulesSha256: string | undefined
}) {
  const t = useText()
  const { slug, membership, next_action } = competition
  const user = useQuery(meQuery).data?.user
  if (membership) return <Joined competition={competition} rulesSha256={rulesSha256} />
  switch (next_action) {
    case 'join':
      return rulesSha256 && user ? (
        <MayJoin competition={competition} rulesSha256={rulesSha256} user={user} />
      ) : null
    case 'sign_in':
      return (
        <Note tone="neutral" title={t.rules.joinTitle}>
          <p>{t.rules.signInFirst}</p>
          <div className={styles.actions}>
            <ButtonLink to="/sign-in" search={{ next: `/competitions/${slug}/rules` }} kind="primary">
              {t.shell.signIn}
            </ButtonLink>
            <ButtonLink to="/sign-up" search={{ next: `/competitions/${slug}/rules` }}>
              {t.shell.signUp}
            </ButtonLink>
          </div>
        </Note>
      )
    case 'submit':
    case 'late_submit':
    case 'wait':
    case 'none':
      return competition.is_host ? null : <Note tone="neutral">{t.rules.closed}</Note>
  }
}

/** The form, or what stands between the reader and the form. */
function MayJoin(props: { competition: Competition; rulesSha256: string; user: User }) {
  const joining = useJoiningText()
  const { access, is_host } = props.competition
  const isInvited = access.participant === 'invited' || is_host
  switch (access.participant) {
    case 'asked':
      return (
        <Note tone="neutral" title={joining.asked}>
          {joining.askedText}
        </Note>
      )
    case 'declined':
    case 'removed':
      return (
        <Note tone="warn" title={access.participant === 'declined' ? joining.refused : joining.removed}>
          {joining.refusedText}
        </Note>
      )
  }
  if (access.admission === 'invite' && !isInvited) {
    return (
      <Note tone="neutral" title={joining.inviteOnly}>
        <p>{joining.inviteOnlyText}</p>
        <ButtonLink to="/invite">{joining.invitations}</ButtonLink>
      </Note>
    )
  }
  if (access.domains.length > 0 && !isInvited) {
    const fits = hasDomain(props.user.email, access.domains)
    if (!fits || !props.user.email_verified) {
      return (
        <Note tone="warn" title={joining.domains(access.domains.join(', '))}>
          <p>{fits ? joining.domainsConfirm : joining.domainsAdd}</p>
          <ButtonLink to="/account">{joining.toAccount}</ButtonLink>
        </Note>
      )
    }
  }
  return <Join competition={props.competition} rulesSha256={props.rulesSha256} />
}

/** Whether an address is of one of these domains, or of a sub-domain of them; the server has the last word. */
export function hasDomain(email: string | null | undefined, domains: string[]): boolean {
  const host = email?.toLowerCase().split('@').at(-1)
  return (
    host !== undefined &&
    domains.some((domain) => host === domain.toLowerCase() || host.endsWith(`.${domain.toLowerCase()}`))
  )
}

function Joined({ competition, rulesSha256 }: { competition: Competition; rulesSha256: string | undefined }) {
  const { t, language } = useWords()
  const joining = useJoiningText()
  const { slug, membership } = competition
  const agreements = useQuery(agreementsQuery).data?.items
  const offers = useQuery(myInvitesQuery).data?.items
  if (!membership || !agreements) return null
  // The latest of this competition; whoever read the rules in the other language accepted that text.
  const accepted = agreements.findLast((row) => row.document === 'rules' && row.competition === slug)
  const isOld = accepted?.is_current === false
  const day = formatDay(new Date(accepted?.agreed_at ?? membership.joined_at), language)
  const offer = offers?.find(({ kind, slug: where }) => kind === 'team' && where === slug)
  const hasLink = sessionNote.read('invite') !== undefined
  return (
    <>
      {(offer || hasLink) && (
        <Note tone="neutral" title={offer?.team ? joining.pending(offer.team.name) : joining.pendingLink}>
          <div className={styles.actions}>
            <ButtonLink to="/invite">{joining.seeInvitation}</ButtonLink>
          </div>
        </Note>
      )}
      {isOld && rulesSha256 && <AgreeAgain slug={slug} sha256={rulesSha256} day={day} />}
      <Note tone="good" title={t.rules.joined(membership.team.name)}>
        {!isOld && <p>{joining.accepted(day)}</p>}
        <div className={styles.actions}>
          <ButtonLink to="/competitions/$slug/data" params={{ slug }}>
            {t.rules.nextData}
          </ButtonLink>
          <ButtonLink to="/competitions/$slug/submit" params={{ slug }}>
            {t.rules.nextSubmit}
          </ButtonLink>
        </div>
      </Note>
    </>
  )
}

/** The rules have changed since the reader accepted them. Nothing is closed to them; that they know is noted. */
function AgreeAgain({ slug, sha256, day }: { slug: string; sha256: string; day: string }) {
  const t = useText()
  const joining = useJoiningText()
  const client = useQueryClient()
  const [unticked, setUnticked] = useState(false)
  const agree = useMutation({
    mutationFn: () => agreeToRules(slug, sha256),
    onSuccess: () => client.invalidateQueries({ queryKey: agreementsQuery.queryKey }),
    onError: (error) => {
      if (asProblem(error).code === 'rules_changed')
        void client.invalidateQueries({ queryKey: ['pages', slug] })
    },
  })
  return (
    <Note tone="warn" title={joining.changed}>
      <p>{joining.changedText(day)}</p>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          const ticked = new FormData(event.currentTarget).has('accept')
          setUnticked(!ticked)
          if (ticked && !agree.isPending) agree.mutate()
        }}
      >
        <Checkbox label={t.rules.accept} name="accept" error={unticked ? joining.agreeFirst : undefined} />
        {agree.error && <ProblemNote error={agree.error} />}
        <div>
          <Button type="submit" busy={agree.isPending}>
            {joining.agree}
          </Button>
        </div>
      </form>
    </Note>
  )
}
