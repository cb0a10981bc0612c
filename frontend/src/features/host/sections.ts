/** The desk's sections in groups, in the order of the work: preparing, running, ending, and who did what. */
export const groups = [
  [
    'prepare',
    [
      ['launch', '/competitions/$slug/host'],
      ['task', '/competitions/$slug/host/task'],
      ['words', '/competitions/$slug/host/words'],
      ['dates', '/competitions/$slug/host/dates'],
      ['pages', '/competitions/$slug/host/pages'],
      ['files', '/competitions/$slug/host/files'],
      ['access', '/competitions/$slug/host/access'],
    ],
  ],
  [
    'run',
    [
      ['participants', '/competitions/$slug/host/participants'],
      ['invites', '/competitions/$slug/host/invites'],
      ['teams', '/competitions/$slug/host/teams'],
      ['entries', '/competitions/$slug/host/entries'],
      ['rescoring', '/competitions/$slug/host/rescoring'],
      ['announcements', '/competitions/$slug/host/announcements'],
    ],
  ],
  [
    'end',
    [
      ['rehearsal', '/competitions/$slug/host/rehearsal'],
      ['ending', '/competitions/$slug/host/ending'],
      ['exports', '/competitions/$slug/host/exports'],
    ],
  ],
  [
    'oversee',
    [
      ['hosts', '/competitions/$slug/host/hosts'],
      ['queue', '/competitions/$slug/host/queue'],
      ['downloads', '/competitions/$slug/host/downloads'],
      ['log', '/competitions/$slug/host/log'],
    ],
  ],
] as const

export type Section = (typeof groups)[number][1][number][0]

/** Every section with its address. */
export const sections = groups.flatMap(([, of]) => [...of])

/** What a new competition goes through one after the other; people are let in by default. */
const steps: readonly Section[] = ['task', 'words', 'dates', 'pages', 'files']

export const addressOf = (name: Section) =>
  sections.find(([section]) => section === name)?.[1] ?? '/competitions/$slug/host'

/** Where "Save and go on" leads from a section. */
export function sectionAfter(name: Section): (typeof sections)[number][1] {
  const next = steps[steps.indexOf(name) + 1]
  return addressOf(steps.includes(name) && next ? next : 'launch')
}
