import type { ProblemCode } from '../../api/problem.ts'

/** What to say for each problem: a title, and a sentence with the way out. */
export const problems = {
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
  session_required: ['Sign-in required', 'Sign in with the browser for this.'],
  token_scope: ['Not allowed', 'The token does not allow this.'],
  admin_only: ['Administrators only', 'Only administrators of this site may do this.'],
  host_only: ['Hosts only', 'Only hosts of this competition may do this.'],
  not_a_member: ['Join first', 'Accept the rules of the competition first.'],
  sign_up_closed: ['Sign-up is closed', 'This site does not take new accounts. Ask its administrator.'],
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
  busy: ['The server is busy', 'Try again in a moment. Nothing was spent.'],
  database_unavailable: ['The server is not available', 'Try again in a moment. Nothing was changed.'],
  storage_full: ['Storage full', 'The server has no room for files. Tell its administrator.'],
  internal: [
    'Something broke',
    'The server failed. The request number below helps its administrator to find out why.',
  ],
} satisfies Record<ProblemCode, [title: string, text: string]> as Record<
  ProblemCode,
  [title: string, text: string]
>
