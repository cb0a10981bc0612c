import type { PeopleText } from './en.ts'

const n = (value: number) => value.toLocaleString('ko')

export const people: PeopleText = {
  since: (day) => `${day} 가입`,
  gone: '찾을 수 없는 사람입니다',
  goneText: '없는 계정이거나 본인이 삭제한 계정입니다.',
  competitions: '참가한 대회',
  noCompetitions: '볼 수 있는 대회 가운데 참가한 대회가 없습니다.',
  competition: '대회',
  team: '팀',
  rank: '최종 순위',
  rankValue: (rank, teams) => `${teams}팀 중 ${rank}위`,
  notRanked: '순위 없음',
  notYet: '종료 후 공개',
  joined: '참가일',
  writeUp: '풀이',
  posts: '작성한 글',
  noPosts: '볼 수 있는 글이 없습니다.',
  votes: (votes) => `추천 ${n(votes)}`,
  latest: (posts) => `최근 ${n(posts)}개`,
}
