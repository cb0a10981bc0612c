/** The desk's sections in the order of the work: what a new competition needs first, then what a running one needs. */
export const sections = [
  ['launch', '/competitions/$slug/host'],
  ['task', '/competitions/$slug/host/task'],
  ['words', '/competitions/$slug/host/words'],
  ['dates', '/competitions/$slug/host/dates'],
  ['pages', '/competitions/$slug/host/pages'],
  ['files', '/competitions/$slug/host/files'],
  ['log', '/competitions/$slug/host/log'],
] as const

export type Section = (typeof sections)[number][0]

/** Where "Save and go on" leads from a section. */
export function sectionAfter(name: Section): (typeof sections)[number][1] {
  const at = sections.findIndex(([section]) => section === name)
  const next = sections[at + 1]
  return next && next[0] !== 'log' ? next[1] : sections[0][1]
}
