import { defineTexts } from '~/lang/texts'

export const serversTexts = defineTexts(
  'servers',
  {
    text: '이 DIPCAST가 연결된 Asterisk 서버들입니다.',
    none: '연결된 서버가 없습니다', noneText: '설정 파일의 servers 에 Asterisk를 적고 DIPCAST를 다시 읽게 하면 여기에 나타납니다.',
    up: '연결됨', down: '끊김', since: '{{time}}부터', ping: '응답 시간', ms: '{{n}} ms', version: 'AMI 버전', link: '연결 방식', tls: '암호화(TLS)', plain: '암호화 없음', phones: '등록된 전화기', home: '홈 서버', id: '번호', pending: '적용할 변경', pendingYes: '있음', pendingNone: '없음', toApply: '보러 가기',
    phonesHelp: '위에서 고른 회사의 것', downText: '이 서버의 통화는 보이지 않고 명령도 보내지 못합니다. 서버가 켜져 있는지, AMI 계정과 주소가 맞는지 확인하세요. 연결은 저절로 다시 시도합니다.',
    bans: '차단된 주소', bansText: 'SIP 로그인에 여러 번 실패한 주소는 한동안 막힙니다. 우리 사무실 주소가 막혔으면 풀고, 전화기의 비밀번호를 확인하세요.',
    noBans: '차단된 주소가 없습니다', noBansText: '로그인에 자주 실패하는 주소가 생기면 여기에 나타납니다.', source: '주소', failures: '실패', until: '풀리는 때', times: '연속', from: '막힌 때', byHand: '직접',
    ban: '주소 차단', lift: '풀기', liftTitle: '{{source}} 차단을 풀까요?', liftText: '이 주소에서 다시 SIP 로그인을 할 수 있습니다.', lifted: '차단을 풀었습니다.', banned: '차단했습니다.', sourceHelp: 'IP 주소나 네트워크. 예: 203.0.113.7, 203.0.113.0/24', minutes: '몇 분 동안', minutesHelp: '비우면 처음 막힐 때의 시간입니다.',
    capacity: '용량', doctor: '진단', doctorText: '서버를 살펴보고 빠진 것과 고치는 방법을 알려 줍니다.', check: '진단하기', checking: '진단하는 중', allGood: '문제가 없습니다.', remedy: '고치는 방법', failed: '문제', warned: '주의', good: '정상', checkedAt: '{{time}}에 살펴봄',
  },
  {
    text: 'The Asterisk servers that this DIPCAST is connected to.',
    none: 'No server is connected', noneText: 'Write Asterisk into servers of the configuration file and have DIPCAST read it again: it appears here.',
    up: 'connected', down: 'down', since: 'since {{time}}', ping: 'Answers in', ms: '{{n}} ms', version: 'AMI version', link: 'Link', tls: 'encrypted (TLS)', plain: 'not encrypted', phones: 'Phones registered', home: 'home', id: 'Id', pending: 'Pending changes', pendingYes: 'yes', pendingNone: 'none', toApply: 'Look',
    phonesHelp: 'of the company chosen above', downText: 'Its calls are not seen, and nothing can be sent. Check that it runs, and the address and user of AMI. The link is tried again by itself.',
    bans: 'Banned addresses', bansText: 'Addresses whose SIP logins fail often are banned for a while. If yours is banned, lift it, and check the phone’s password.',
    noBans: 'No address is banned', noBansText: 'Addresses whose logins fail often appear here.', source: 'Address', failures: 'Failures', until: 'Until', times: 'In a row', from: 'Since', byHand: 'by hand',
    ban: 'Ban an address', lift: 'Lift', liftTitle: 'Lift the ban of {{source}}?', liftText: 'SIP logins from there are taken again.', lifted: 'The ban is lifted.', banned: 'Banned.', sourceHelp: 'An address or a network, such as 203.0.113.7 or 203.0.113.0/24', minutes: 'For how many minutes', minutesHelp: 'Empty: as long as a first ban.',
    capacity: 'Capacity', doctor: 'Doctor', doctorText: 'Looks at the server and says what is missing and how to mend it.', check: 'Examine', checking: 'Examining', allGood: 'Nothing is wrong.', remedy: 'Remedy', failed: 'wrong', warned: 'mind', good: 'fine', checkedAt: 'examined {{time}}',
  },
)
