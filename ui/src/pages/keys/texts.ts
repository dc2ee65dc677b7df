import { defineTexts } from '~/lang/texts'

export const keysTexts = defineTexts(
  'keys',
  {
    text: 'CRM 같은 회사의 프로그램이 DIPCAST에 들어올 때 쓰는 키입니다. 프로그램마다 하나씩 만들면, 문제가 생겼을 때 그것만 없앨 수 있습니다.', make: '키 만들기', none: '아직 키가 없습니다', noneText: '키를 만들어 프로그램의 app-key 헤더나 Bearer 토큰에 넣으세요.',
    name: '이름', nameHelp: '어느 프로그램이 쓰는지. 감사 기록에 이 이름이 남습니다. 예: crm', prefix: '앞 글자', created: '만든 때', used: '마지막 사용', notUsed: '켠 뒤로 없음', source: '어디에', configured: '설정 파일', made: '여기서 만듦', revoke: '없애기', revokeTitle: '"{{name}}" 키를 없앨까요?', revokeText: '이 키를 쓰는 프로그램은 바로 끊기고 다시 들어올 수 없습니다.', revoked: '키를 없앴습니다.', configuredHelp: '설정 파일에 있는 키는 거기에서 없앱니다.',
    newKey: '"{{name}}" 키', key: 'API 키', header: '회사 ID (tenant 헤더)', kept: '키를 안전한 곳에 옮겨 두었습니다', close: '닫기', sureTitle: '키를 보관했나요?', sureText: '닫으면 이 키를 다시 볼 수 없습니다. 보관하지 않았으면 돌아가서 복사하세요.', back: '돌아가기', closeAnyway: '보관했으니 닫기', example: '확인해 보기', docs: 'API 문서 (OpenAPI)',
  },
  {
    text: 'Keys by which the company’s programs, such as a CRM, come in. One for each program: when something is wrong, only that one is revoked.', make: 'Make a key', none: 'There is no key yet', noneText: 'Make one, and put it into the header app-key or the Bearer token of your program.',
    name: 'Name', nameHelp: 'which program has it, such as crm; it stands in the audit', prefix: 'Begins with', created: 'Made', used: 'Last used', notUsed: 'not since the start', source: 'Where', configured: 'configuration file', made: 'made here', revoke: 'Revoke', revokeTitle: 'Revoke the key “{{name}}”?', revokeText: 'Programs that use it are cut off at once and not let in again.', revoked: 'The key is revoked.', configuredHelp: 'Keys of the configuration file are removed there.',
    newKey: 'Key “{{name}}”', key: 'API key', header: 'Company id (header tenant)', kept: 'I have put the key in a safe place', close: 'Close', sureTitle: 'Did you keep the key?', sureText: 'It cannot be seen again once this is closed. If you have not kept it, go back and copy it.', back: 'Go back', closeAnyway: 'I have it: close', example: 'Try it', docs: 'Documentation of the API (OpenAPI)',
  },
)
