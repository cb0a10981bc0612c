import type { Notification } from '../../api/notifications.ts'
import { pick } from '../text-provider.tsx'

/** What a sentence about a notification needs, with the names that are there. */
export interface Told {
  actor: string
  competition: string
  team: string
  thread: string
  entry: string
}

/** The names of a notification; a thing that is gone, or that one may no longer see, has a word of its own. */
export function told(notification: Notification, language: 'en' | 'ko', gone: string): Told {
  const { actor, competition, team, thread, submission } = notification
  return {
    actor: actor?.name ?? gone,
    competition: competition ? pick(competition.title, language) : gone,
    team: team?.name ?? gone,
    thread: thread?.title ?? gone,
    entry: submission ? String(submission.number) : gone,
  }
}

export const notices = {
  title: 'Notices',
  empty: 'Nothing yet',
  emptyText: 'Replies, invitations, results and deadlines appear here.',
  signIn: 'Sign in to see your notices',
  markAll: 'Mark all as read',
  isNew: 'new',
  invites: (n: number) =>
    n === 1 ? 'An invitation waits for your answer' : `${n} invitations wait for your answer`,
  seeInvites: 'See invitations',
  gone: 'something that is gone',
  other: (kind: string) => `News: ${kind.replaceAll('_', ' ')}`,
  kinds: {
    announcement: (n) => `Announcement in ${n.competition}: ${n.thread}`,
    reply: (n) => `${n.actor} replied in "${n.thread}"`,
    mention: (n) => `${n.actor} mentioned you in "${n.thread}"`,
    answer_accepted: (n) => `Your answer in "${n.thread}" was accepted`,
    post_reported: (n) => `A post in "${n.thread}" was reported`,
    post_moderated: (n) => `A host hid or restored your post in "${n.thread}"`,
    entry_scored: (n) => `Entry ${n.entry} in ${n.competition} has its score`,
    entry_invalid: (n) => `Entry ${n.entry} in ${n.competition} was refused; nothing was spent`,
    entry_failed: (n) => `The platform failed on entry ${n.entry} in ${n.competition}; nothing was spent`,
    team_invited: (n) => `${n.actor} invites you to the team "${n.team}" in ${n.competition}`,
    team_requested: (n) => `${n.actor} would like to join "${n.team}"`,
    team_joined: (n) => `${n.actor} joined "${n.team}"`,
    team_left: (n) => `${n.actor} left "${n.team}"`,
    team_changed: (n) => `Your team "${n.team}" was changed`,
    merge_requested: (n) => `"${n.team}" proposes to merge with your team`,
    merge_declined: (n) => `"${n.team}" declined to merge`,
    team_merged: (n) => `Your team is now part of "${n.team}"`,
    competition_invited: (n) => `You are invited to ${n.competition}`,
    participation_requested: (n) => `${n.actor} asks to take part in ${n.competition}`,
    participation_approved: (n) => `You take part in ${n.competition}`,
    participation_declined: (n) => `Your request to take part in ${n.competition} was declined`,
    participant_removed: (n) => `You no longer take part in ${n.competition}`,
    disqualified: (n) => `Your team was disqualified in ${n.competition}`,
    requalified: (n) => `Your team counts again in ${n.competition}`,
    host_changed: (n) => `Your role as a host of ${n.competition} was changed`,
    deadline_soon: (n) => `${n.competition} closes soon`,
    rules_changed: (n) => `The rules of ${n.competition} were changed`,
    rescored: (n) => `Entries in ${n.competition} were scored again`,
    scores_released: (n) => `The final ranks of ${n.competition} are out`,
    next_round: (n) => `${n.competition} has a next round`,
    password_changed: () => 'Your password was changed',
    email_changed: () => 'Your e-mail address was changed',
    second_factor_changed: () => 'Your second factor was changed',
    token_created: () => 'A token was made for your account',
    new_sign_in: () => 'Someone signed in to your account from a new browser',
    role_changed: () => 'Your role on this site was changed',
    reset_issued: () => 'An administrator made a link to reset your password',
  } as Record<string, (n: Told) => string>,
}

export type NoticesText = typeof notices
