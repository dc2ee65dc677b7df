import { defineTexts } from '~/lang/texts'

export const auditTexts = defineTexts(
  'audit',
  {
    text: '누가 언제 어디에서 무엇을 바꿨고 무엇이 거절되었는지, 전과 후까지 남습니다. 지우거나 고칠 수 없습니다. 줄을 누르면 자세히 보입니다.',
    none: '아직 기록이 없습니다', noneText: '설정을 바꾸거나 로그인하면 여기에 남습니다.', noneFound: '맞는 기록이 없습니다', noneFoundText: '기간이나 조건을 넓혀 보세요.', clear: '조건 지우기',
    time: '언제', who: '누가', what: '무엇을', where: '어디에서', kind: '종류', company: '회사', from: '이날부터', to: '이날까지', name: '사용자 이름', any: '모두', contains: '내용에 있는 말', allCompanies: '모든 회사',
    csv: 'CSV 내려받기', check: '기록 확인', checking: '확인하는 중', whole: '기록이 온전합니다. {{n}}줄을 모두 확인했습니다.', broken: '기록이 바뀌었거나 빠졌습니다. 앞의 {{n}}줄까지는 온전합니다.', brokenText: '데이터베이스를 누가 직접 고쳤는지 확인하고, 백업의 기록과 비교하세요.', lastHash: '마지막 줄의 해시', lastHashHelp: '다른 곳에 적어 두면, 나중에 끝이 잘려 나갔는지도 알 수 있습니다.', forExperts: '담당자용: 기록의 지문',
    more: '더 보기', field: '항목', detail: '자세히', codeName: '거절 코드', kept: '기록된 그대로', masked: '거절된 내용의 전화번호는 기록할 때 가운데를 가립니다. 바뀐 설정의 번호는 그대로 남습니다.', moreChanges: '그 밖에 {{n}}가지가 더 바뀌었습니다.', server: '서버', code: '거절 이유', role: '역할', extension: '내선', via: '로그인 방법', action: '원래 이름', line: '기록 {{id}}', added: '추가', removed: '삭제', changed: '변경', changes: '바뀐 것',
    changed_kind: '변경', refused: '거절', repeated: '같은 거절 반복', locked: '국제전화 잠김', unlocked: '잠금 해제', banned: '주소 차단', unbanned: '차단 해제', applied: '적용', recording: '녹음', gap: '빠진 기록', signed_in: '로그인', signed_out: '로그아웃',
    operator: '시스템 관리자', tenant: '회사의 관리자나 프로그램', roleExtension: '직원', roleNone: '없음', viaLogin: '설정 파일의 로그인', viaKey: 'API 키', viaSession: '웹', unknownWho: '알 수 없음', here: '이 장비',
  },
  {
    text: 'Who changed what, when and from where, with what was before and after, and what was refused. Nobody can delete or change it. Press a line for more.',
    none: 'Nothing is recorded yet', noneText: 'Changes and sign-ins are recorded here.', noneFound: 'Nothing matches', noneFoundText: 'Take a longer time, or fewer conditions.', clear: 'Clear conditions',
    time: 'When', who: 'Who', what: 'What', where: 'From', kind: 'Kind', company: 'Company', from: 'From this day', to: 'To this day', name: 'Username', any: 'all', contains: 'Has these words', allCompanies: 'all companies',
    csv: 'Download CSV', check: 'Check the record', checking: 'Checking', whole: 'The record is whole: all {{n}} lines were looked at.', broken: 'The record was changed, or something is missing. It is whole up to line {{n}}.', brokenText: 'Find out who changed the database, and compare with a backup.', lastHash: 'Hash of the last line', lastHashHelp: 'Noted elsewhere, it shows later whether the end was cut off.', forExperts: 'For experts: fingerprint of the record',
    more: 'Show more', field: 'Field', detail: 'Details', codeName: 'Code', kept: 'As it is kept', masked: 'Phone numbers in refusals are masked before they are kept. Those of settings that changed are not.', moreChanges: 'And {{n}} more changes.', server: 'Server', code: 'Why refused', role: 'Role', extension: 'Extension', via: 'By', action: 'Its name', line: 'Line {{id}}', added: 'added', removed: 'removed', changed: 'changed', changes: 'Changes',
    changed_kind: 'changed', refused: 'refused', repeated: 'refused again', locked: 'abroad locked', unlocked: 'unlocked', banned: 'banned', unbanned: 'ban lifted', applied: 'applied', recording: 'recording', gap: 'lines lost', signed_in: 'signed in', signed_out: 'signed out',
    operator: 'operator', tenant: 'administrator or program of the company', roleExtension: 'employee', roleNone: 'none', viaLogin: 'login of the configuration', viaKey: 'API key', viaSession: 'the web', unknownWho: 'unknown', here: 'this machine',
  },
)
