import type { ProblemCode } from '../../api/problem.ts'

/** What to say for each problem: a title, and a sentence with the way out. */
const all = {
  offline: [
    'No connection',
    'The server cannot be reached. Nothing is lost; try again when you are connected.',
  ],
  invalid_request: [
    'Request not understood',
    'This page and the server do not fit together. Reload the page.',
  ],
  invalid_input: ['Not accepted', 'Some values need a change; see the fields.'],
  unsupported_media_type: ['Kind of file not accepted', 'Send a CSV file.'],
  payload_too_large: ['Too large', 'The file is larger than this competition takes. Nothing was spent.'],
  request_timeout: [
    'Upload stopped',
    'The file came too slowly or stopped arriving. Nothing was spent; send it again.',
  ],
  not_found: ['Nothing here', 'It does not exist, or you may not see it.'],
  method_not_allowed: [
    'Request not understood',
    'This page and the server do not fit together. Reload the page.',
  ],
  sign_in_required: ['Sign-in required', 'Sign in to go on.'],
  invalid_credential: [
    'Signed out',
    'Your session has ended. Sign in again; what you wrote stays on this page.',
  ],
  sign_in_failed: ['Sign-in failed', 'The name and the password do not belong together.'],
  too_many_attempts: ['Too many attempts', 'Wait a few minutes, then try again.'],
  cross_site: ['Request refused', 'It seemed to come from another site. Reload the page and try again.'],
  https_required: ['Use https', 'Open this site at its https address.'],
  session_required: ['Sign-in required', 'Sign in with the browser for this.'],
  token_scope: ['Not allowed', 'The token does not allow this.'],
  admin_only: ['Administrators only', 'Only administrators of this site may do this.'],
  host_only: ['Hosts only', 'Only hosts of this competition may do this.'],
  not_a_member: ['Join first', 'Accept the rules of the competition first.'],
  sign_up_closed: ['Sign-up is closed', 'This site does not take new accounts. Ask its administrator.'],
  invite_needed: [
    'By invitation',
    'On this site people sign up with an invitation: open the link that the host of a competition sent you.',
  ],
  setup_done: ['Already set up', 'The site has an administrator; the setup link works only once.'],
  setup_code: ['Link not valid', 'Use the setup link that the server printed at its last start.'],
  name_taken: ['Name taken', 'Someone has this name, or one that reads the same. Choose another.'],
  email_taken: ['Address taken', 'This e-mail address belongs to an account.'],
  wrong_password: ['Wrong password', 'The current password is not right.'],
  last_admin: ['Last administrator', 'The site needs at least one active administrator.'],
  slug_taken: ['Address taken', 'Another competition has this address. Choose another.'],
  competition_not_running: ['Not running', 'The competition takes no entries now.'],
  already_member: ['Already joined', 'You have joined this competition already.'],
  rules_changed: ['Rules changed', 'The rules changed while you were reading. Read them again, then join.'],
  team_name_taken: [
    'Team name taken',
    'Another team has this name, or one that reads the same. Choose another.',
  ],
  invalid_manifest: ['Description not accepted', 'The description of the competition has faults.'],
  not_ready: ['Not ready to publish', 'Something is missing before the competition can be published.'],
  locked: ['Cannot change now', 'This cannot change any more, because entries depend on it.'],
  solution_in_use: ['Solution in use', 'Entries have been scored with the present solution.'],
  submission_invalid: ['The file was refused', 'Nothing was spent: repair the file and send it again.'],
  duplicate_submission: [
    'The same file again',
    'Your team has sent exactly this file already. Nothing was spent.',
  ],
  quota_used: [
    'No entries left today',
    'Your team has used its entries of today. Your file is not lost; send it later.',
  ],
  key_reused: [
    'Already sent',
    'This upload was sent before with another file. Reload the page and send it again.',
  ],
  upload_broken: [
    'Upload stopped',
    'The upload ended before the whole file had arrived. Nothing was spent; send it again.',
  ],
  upload_damaged: ['Upload damaged', 'The file changed on its way. Nothing was spent; send it again.'],
  no_preview: ['No preview', 'This file cannot be shown as a table. Download it to open it.'],
  range_not_satisfiable: ['Request not understood', 'The file has changed. Start the download again.'],
  too_many_refused: [
    'Too many refused files',
    'Your team has sent too many refused files today. Check the file before sending it.',
  ],
  not_withdrawable: ['Cannot be withdrawn', 'This entry cannot be withdrawn in its present state.'],
  thread_locked: ['Thread locked', 'A host has locked this thread. Your text is kept here.'],
  not_the_author: ['Not yours', "Only the author and the competition's hosts may change this."],
  second_factor_required: [
    'Code required',
    'Enter the code that your authenticator app shows, or a recovery code.',
  ],
  second_factor_wrong: [
    'Code not right',
    'The code is not right, or was used before. Wait for the next one, and check the clock of your device.',
  ],
  second_factor_needed: [
    'Second factor needed',
    'This site wants a second factor of hosts and administrators. Set one up on your account page.',
  ],
  confirm_required: [
    'Password needed again',
    'Enter your password again: the last time was more than 15 minutes ago.',
  ],
  owner_only: ['For the owner', 'Only the owner of the competition may do this.'],
  no_second_factor: [
    'No second factor',
    'The account has no second factor, or setting one up was not begun.',
  ],
  second_factor_set_up: ['Second factor set up', 'The account has a second factor already. Remove it first.'],
  link_invalid: [
    'Link not valid',
    'The link was used, has expired, or a newer one took its place. Ask for another.',
  ],
  mail_off: ['No mail', 'This site sends no mail. Ask its administrator for a link to set your password.'],
  entry_deadline_passed: [
    'Entry deadline passed',
    'New participants were taken until the entry deadline. Who has joined goes on.',
  ],
  invite_only: [
    'By invitation',
    'Only invited people can join this competition. Ask its host for an invitation.',
  ],
  wrong_domain: [
    'Other address needed',
    'Only people with an e-mail address of certain domains can join. Add yours on your account page.',
  ],
  participation_refused: [
    'Not let in',
    'The hosts have decided that you do not take part. Write to them if this is a mistake.',
  ],
  asked_already: ['Asked already', 'This was asked before and is not decided yet.'],
  not_the_leader: ['For the leader', 'Only the leader of the team may do this.'],
  teams_fixed: ['Teams are fixed', 'Teams do not change any more in this competition.'],
  team_has_entries: [
    'The team has sent entries',
    'Nobody leaves or changes a team that has sent an entry. Two teams can merge, if both leaders want to.',
  ],
  team_too_large: ['Team too large', 'The team would have more members than the competition allows.'],
  too_many_entries: [
    'Too many entries together',
    'Both teams together have sent more entries than one team could have sent so far.',
  ],
  team_unfit: [
    'Not with this team',
    'Reference entries of hosts, disqualified teams and your own team cannot be joined or merged with.',
  ],
  team_disqualified: ['Team disqualified', 'The hosts have disqualified your team; it sends no entries.'],
  invite_ended: [
    'Invitation over',
    'The invitation has expired, was used, declined or taken back. Ask for a new one.',
  ],
  too_many_invites: ['Too many invitations', 'The team has too many open invitations. Take one back first.'],
  both_sides: ['Host or participant', 'Nobody is both host and participant of a competition.'],
  last_of_team: [
    'Last of the team',
    'The entries of the team would belong to nobody. Disqualify the team instead; that can be undone.',
  ],
  nothing_to_do: ['So already', 'It is in this state already, or in one from which this is not possible.'],
  not_a_final: [
    'Cannot be a final',
    'An entry that was refused, failed or withdrawn cannot count in the end.',
  ],
  finals_full: [
    'Finals are chosen',
    'Your team has chosen as many entries as count in the end. Take one of them back first.',
  ],
  own_post: ['Your own post', 'Nobody votes for their own post.'],
  reported_before: ['Reported before', 'You reported this post already; the hosts look at it.'],
  agreement_required: ['Agreement needed', 'Read and accept the current documents first.'],
  document_changed: ['Document changed', 'The document changed while you were reading. Read it again.'],
  not_revealed: ['Not out yet', 'The private scores have not been released.'],
  rescore_refused: ['Not rescored', 'Scoring again is not possible in this state.'],
  busy: ['The server is busy', 'Try again in a moment. Nothing was spent.'],
  database_unavailable: ['The server is not available', 'Try again in a moment. Nothing was changed.'],
  storage_full: ['Storage full', 'The server has no room for files. Tell its administrator.'],
  internal: [
    'Something broke',
    'The server failed. The request number below helps its administrator to find out why.',
  ],
}

// A code without words does not compile; words may come before the server's code does.
export const problems: Record<ProblemCode, [title: string, text: string]> = all as Checked<typeof all>

/** The same texts as pairs. */
type Checked<T> = { [Code in keyof T]: [title: string, text: string] }
