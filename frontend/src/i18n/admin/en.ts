/** Words of the administrators' pages. */
export const admin = {
  views: {
    users: 'Users',
    competitions: 'Competitions',
    jobs: 'Jobs',
    settings: 'Settings',
    audit: 'Audit log',
  },
  name: 'Name',
  actions: 'Actions',
  state: 'State',
  when: 'When',
  save: 'Save',

  searchUsers: 'Search by name or e-mail',
  noUsers: 'No account matches',
  role: 'Role',
  since: 'Since',
  states: { active: 'Active', suspended: 'Suspended' },
  manage: 'Manage',
  manageUser: (name: string) => `Manage ${name}`,
  secondFactor: 'Second factor',
  changeRole: 'Change the role',
  changeRoleOf: (name: string) => `Change the role of ${name}`,
  roleText:
    'Hosts may create competitions. Administrators may do everything on this site, with every competition too.',
  suspend: 'Suspend',
  suspendUser: (name: string) => `Suspend ${name}`,
  suspendTitle: (name: string) => `Suspend ${name}?`,
  suspendText: 'Sessions and tokens of the account end at once. You can restore it.',
  restore: 'Restore',
  restoreUser: (name: string) => `Restore ${name}`,
  resetLink: 'Link for a new password',
  resetLinkFor: (name: string) => `Make a link for a new password of ${name}`,
  resetLinkMade: 'The link is ready',
  resetLinkText: 'Hand it to the person yourself. It works once and is shown only now.',
  validUntil: 'Good until',
  removeFactor: 'Remove the second factor',
  removeFactorOf: (name: string) => `Remove the second factor of ${name}`,
  removeFactorTitle: (name: string) => `Remove the second factor of ${name}?`,
  removeFactorText: 'For somebody who lost it: be sure who asks. They are told, and can set up another.',

  jobCounts: (queued: string, running: string, stopped: string) =>
    `${queued} waiting, ${running} running, ${stopped} stopped.`,
  oldest: (when: string) => `The oldest waits since ${when}.`,
  noJobs: 'Nothing waits',
  noJobsText: 'Scoring and other work of the server appears here while it waits, runs or has failed.',
  job: 'Job',
  jobNumber: (id: string) => `Job ${id}`,
  attempts: (n: number) => `${n} ${n === 1 ? 'attempt' : 'attempts'}`,
  jobKinds: { score_submission: 'scores an entry', rescore: 'scores an entry again' } as Record<
    string,
    string
  >,
  jobStates: {
    queued: 'Waiting',
    running: 'Running',
    done: 'Done',
    failed: 'Failed',
    parked: 'Stopped: its workers died',
  } as Record<string, string>,
  retryJob: (id: string) => `Try job ${id} again`,
  cancel: 'Cancel',
  cancelJob: (id: string) => `Cancel job ${id}`,
  cancelTitle: (id: string) => `Cancel job ${id}?`,
  cancelText:
    'An entry that waited for its score is marked as failed on the platform and gives its slot back. It can be tried again.',
}

export type AdminText = typeof admin
