const count = (n: number, one: string, many: string) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`

/** Words of a person's public page. */
export const people = {
  since: (day: string) => `Here since ${day}`,
  gone: 'Nobody here',
  goneText: 'There is no such person, or they have deleted their account.',
  competitions: 'Competitions',
  noCompetitions: 'Has not taken part in a competition that you can see.',
  competition: 'Competition',
  team: 'Team',
  rank: 'Final rank',
  rankValue: (rank: string, teams: string) => `${rank} of ${teams}`,
  notRanked: 'not ranked',
  notYet: 'after the end',
  joined: 'Joined',
  writeUp: 'Write-up',
  posts: 'Posts',
  noPosts: 'Has written nothing that you can see.',
  votes: (n: number) => count(n, 'vote', 'votes'),
  latest: (n: number) => `The latest ${n}`,
}

export type PeopleText = typeof people
