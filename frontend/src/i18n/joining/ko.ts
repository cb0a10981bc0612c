import type { JoiningText } from './en.ts'

const quoted = (name: string) => `‘${name}’`

export const joining: JoiningText = {
  ask: '참가 신청',
  askText: '이 대회는 주최자가 참가 신청을 하나하나 확인합니다. 결과는 알림으로 알려 드립니다.',
  asked: '주최자가 참가 신청을 확인하고 있습니다',
  askedText: '결과는 알림으로 알려 드립니다. 승인되면 데이터를 볼 수 있습니다.',
  inviteOnly: '초대받은 사람만 참가할 수 있습니다',
  inviteOnlyText: '참가하려면 주최자에게 초대를 요청해 주십시오.',
  invitations: '받은 초대 보기',
  refused: '참가 신청이 거절되었습니다',
  removed: '주최자가 참가를 취소했습니다',
  refusedText: '잘못된 결정이라고 생각하면 주최자에게 문의해 주십시오.',
  domains: (list) => `${list} 이메일이 있어야 참가할 수 있습니다`,
  domainsAdd: '내 계정에 해당 이메일이 없습니다. 내 계정에서 이메일을 등록하고 확인해 주십시오.',
  domainsConfirm: '참가할 수 있는 이메일입니다. 메일로 받은 링크에서 먼저 주소를 확인해 주십시오.',
  toAccount: '내 계정 열기',
  choose: '선택하십시오',
  bracket: (title) => `${quoted(title)} 부문으로 참가합니다.`,
  brackets: (titles) => `부문별 순위가 따로 있습니다: ${titles}.`,
  hostsOnly: '답변은 주최자만 볼 수 있습니다.',
  pending: (team) => `${quoted(team)} 팀의 초대를 받았습니다.`,
  pendingLink: '답을 기다리는 초대가 있습니다.',
  seeInvitation: '초대 보기',

  version: (hash, day) => `버전 ${hash}, ${day} 수정`,
  accepted: (day) => `${day}에 이 규칙에 동의했습니다.`,
  changed: '동의한 뒤에 규칙이 바뀌었습니다',
  changedText: (day) => `${day}에 이전 버전에 동의했습니다. 바뀐 내용을 위에서 확인해 주십시오.`,

  dataAgreement: '데이터 이용 동의',
  dataAgreementText: '데이터 이용에 동의하면 이 대회의 데이터를 볼 수 있습니다.',
  dataAgreementChanged: '동의한 뒤에 내용이 바뀌었습니다. 다시 읽어 주십시오.',
  readAgreement: '동의 내용 보기',
  agreeBox: '데이터 이용 조건을 읽었으며 이에 동의합니다.',
  agreeFirst: '내용에 동의하려면 선택해 주십시오.',
  agree: '동의',
  agreed: (day) => `${day}에 동의했습니다.`,
}
