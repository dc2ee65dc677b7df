import { defineTexts, textOf } from './texts'

// What was done, in words. The record and versions of the settings name it in English: a
// verb, what it was done to, and which one: "change extension 1010", "create-webhook".

/** What something is done to, by the names that operations have. */
const things = defineTexts(
  'actions.things',
  {
    extension: '내선', extensions: '내선', tenant: '회사', tenants: '회사', trunk: '전화선', trunks: '전화선', 'shared-trunks': '함께 쓰는 전화선', 'trunk-registrations': '전화선 등록 상태', did: '대표번호', dids: '대표번호', numbers: '발신 번호', 'ring-group': '벨 그룹', 'ring-groups': '벨 그룹', attendant: '자동응답', attendants: '자동응답', conference: '회의실', conferences: '회의실', 'time-group': '시간 그룹', 'time-groups': '시간 그룹', holiday: '휴일', holidays: '휴일', 'korean-holidays': '한국 공휴일', 'class-of-service': '발신 등급', 'classes-of-service': '발신 등급', 'classes-of-services': '발신 등급', calling: '발신 설정', 'fax-settings': '팩스 설정', 'feature-codes': '기능 코드', parking: '통화 파킹', 'recording-rules': '녹음 설정', softphone: '휴대폰 앱 설정', 'hold-music': '통화 대기음', tone: '통화연결음', tones: '통화연결음', prompt: '안내 음성', prompts: '안내 음성', routes: '발신 경로', description: '회사 설정 파일', versions: '저장한 기록', pending: '적용할 변경', 'tenant-pending': '적용할 변경', applies: '적용한 기록',
    diversion: '착신전환', diversions: '착신전환', 'extension-diversions': '착신전환', 'disable-diversions': '착신전환', contact: '연락처', contacts: '연락처', 'contact-name': '연락처', person: '구성원', people: '구성원', 'people-settings': '구성원 설정', 'people-sync': '조직도 읽기', 'person-sessions': '구성원의 로그인', user: '로그인 계정', users: '로그인 계정', role: '역할', roles: '역할', rights: '권한', key: 'API 키', keys: 'API 키', webhook: '웹훅', webhooks: '웹훅', 'webhook-deliveries': '웹훅 전달', 'naver-works': '네이버웍스 설정', outbox: '보낼 메시지', 'dead-letters': '보내지 못한 메시지', password: '전화기 비밀번호', passwords: '전화기 비밀번호',
    voicemail: '음성사서함 메시지', 'voicemail-sound': '음성사서함 메시지', recording: '녹음', recordings: '녹음', 'recording-details': '녹음', fax: '팩스', faxes: '팩스', 'fax-page': '팩스', 'fax-pdf': '팩스', 'fax-tiff': '팩스', backup: '백업', backups: '백업', call: '통화', calls: '통화', cdr: '통화 기록', 'cdr-call': '통화 기록', 'cdr-csv': '통화 기록', audit: '감사 기록', 'audit-csv': '감사 기록', overview: '한눈에 보기', log: '로그', system: '시스템', registrations: '전화기 등록 상태', 'softphone-links': '휴대폰 앱 설정 QR', 'extension-devices': '내선의 전화기', bans: '차단한 주소', health: '상태', servers: '서버', session: '로그인', sessions: '로그인한 곳', passkeys: '패스키', 'trunk-presets': '전화선 종류', 'prompt-audio': '안내 음성', 'tone-recording': '통화연결음',
  },
  {
    extension: 'extension', extensions: 'extensions', tenant: 'company', tenants: 'companies', trunk: 'trunk', trunks: 'trunks', 'shared-trunks': 'shared trunks', 'trunk-registrations': 'registrations of trunks', did: 'number', dids: 'numbers', numbers: 'numbers that may be shown', 'ring-group': 'ring group', 'ring-groups': 'ring groups', attendant: 'attendant', attendants: 'attendants', conference: 'conference room', conferences: 'conference rooms', 'time-group': 'time group', 'time-groups': 'time groups', holiday: 'holiday', holidays: 'holidays', 'korean-holidays': 'Korean holidays', 'class-of-service': 'class of service', 'classes-of-service': 'classes of service', 'classes-of-services': 'classes of service', calling: 'settings of calls', 'fax-settings': 'settings of faxes', 'feature-codes': 'feature codes', parking: 'parking', 'recording-rules': 'settings of recording', softphone: 'settings of softphones', 'hold-music': 'hold music', tone: 'ringback tone', tones: 'ringback tones', prompt: 'announcement', prompts: 'announcements', routes: 'routes', description: 'file of settings', versions: 'what was saved before', pending: 'pending changes', 'tenant-pending': 'pending changes', applies: 'what was applied before',
    diversion: 'diversions', diversions: 'diversions', 'extension-diversions': 'diversions', 'disable-diversions': 'diversions', contact: 'contact', contacts: 'contacts', 'contact-name': 'contacts', person: 'person', people: 'people', 'people-settings': 'settings of people', 'people-sync': 'reading of the directory', 'person-sessions': 'sessions of people', user: 'user', users: 'users', role: 'role', roles: 'roles', rights: 'rights', key: 'API key', keys: 'API keys', webhook: 'webhook', webhooks: 'webhooks', 'webhook-deliveries': 'deliveries of webhooks', 'naver-works': 'settings of NAVER WORKS', outbox: 'messages to be sent', 'dead-letters': 'messages that failed', password: 'password of a phone', passwords: 'passwords of phones',
    voicemail: 'voicemail message', 'voicemail-sound': 'voicemail message', recording: 'recording', recordings: 'recordings', 'recording-details': 'recording', fax: 'fax', faxes: 'faxes', 'fax-page': 'fax', 'fax-pdf': 'fax', 'fax-tiff': 'fax', backup: 'backup', backups: 'backups', call: 'call', calls: 'calls', cdr: 'history', 'cdr-call': 'history', 'cdr-csv': 'history', audit: 'audit', 'audit-csv': 'audit', overview: 'overview', log: 'log', system: 'system', registrations: 'registrations of phones', 'softphone-links': 'QR codes of softphones', 'extension-devices': 'phones of an extension', bans: 'banned addresses', health: 'health', servers: 'servers', session: 'session', sessions: 'sessions', passkeys: 'passkeys', 'trunk-presets': 'kinds of trunks', 'prompt-audio': 'announcement', 'tone-recording': 'ringback tone',
  },
)

/** What is not a verb and a thing, and what verbs are called. */
const actionTexts = defineTexts(
  'actions',
  {
    create: '{{what}} 추가', change: '{{what}} 변경', delete: '{{what}} 삭제', see: '{{what}} 보기', put: '{{what}} 저장', disable: '{{what}} 끄기', export: '{{what}} 내려받기', import: '{{what}} 가져오기', test: '{{what}} 시험', of: '{{what}}: {{which}}', request: 'API 요청 {{what}}',
    'sign-in': '로그인', 'sign-out': '로그아웃', 'sign-in-ways': '로그인', 'passkey-sign-in': '패스키로 로그인', 'begin-passkey-sign-in': '패스키로 로그인', login: '로그인', 'end-session': '로그인한 곳 로그아웃', 'change-own-password': '자기 비밀번호 변경', 'change-profile': '자기 정보 변경', 'my-mobile': '자기 휴대전화 보기', 'change-my-mobile': '자기 휴대전화 변경', 'begin-totp': '인증 앱 등록 시작', 'confirm-totp': '인증 앱 켜기', 'remove-totp': '인증 앱 끄기', 'begin-passkey': '패스키 추가 시작', 'add-passkey': '패스키 추가', 'remove-passkey': '패스키 삭제', 'reset-user-password': '로그인 계정에 새 비밀번호 주기', 'end-user-sessions': '로그인 계정을 모든 곳에서 로그아웃', 'remove-user-factors': '로그인 계정의 2단계 인증 없애기',
    undo: '설정 되돌리기', apply: '변경 적용', 'tenant-apply': '변경 적용', 'undo-apply': '서버에 적용한 것 되돌리기', 'configuration-file': '설정 파일', 'read-passwords': '전화기 비밀번호 내려받기', 'import-extensions': '내선 여러 개 저장', 'import-description': '회사 설정 파일로 바꾸기', 'change-description': '회사 설정 파일로 바꾸기', 'add-public-holidays': '한국 공휴일 추가', 'import-korean-holidays': '한국 공휴일 추가', 'new-password-of-a-phone': '전화기의 새 비밀번호', 'rotate-password': '전화기의 새 비밀번호', 'rotate-device': '전화기의 새 비밀번호', 'change-password': '전화기 비밀번호 변경', 'make-softphone-link': '휴대폰 앱 설정 QR 만들기', 'create-softphone-link': '휴대폰 앱 설정 QR 만들기', 'softphone-set-up': '휴대폰 앱 설정됨', 'softphone-set-up-again': '휴대폰 앱 다시 설정됨', 'revoke-softphone-link': '휴대폰 앱 설정 QR 취소', 'phone-of-a-softphone-link': '휴대폰 앱을 쓸 전화기 추가', 'unlock-extension': '국제전화 잠금 해제', unlock: '국제전화 잠금 해제',
    'sync-people': '조직도 읽기', 'try-people': '내선 찾는 규칙 시험', 'sign-person-out': '구성원 로그아웃', 'delete-person-sessions': '구성원 로그아웃', 'press-of-a-button': '네이버웍스 카드의 버튼 누름', 'naver-works-callback': '네이버웍스의 알림', 'test-naver-works': '네이버웍스 연결 시험', 'preview-card': '카드 미리 보기', 'preview-cards': '카드 미리 보기', 'drop-dead-letter': '보내지 못한 메시지 버리기', 'resend-dead-letter': '보내지 못한 메시지 다시 보내기', 'rotate-webhook': '웹훅의 새 비밀', 'replay-delivery': '웹훅 다시 보내기', 'test-webhook': '웹훅 시험',
    'click-to-call': '클릭투콜', 'click-to-call-cancel': '클릭투콜 취소', 'cancel-click-to-call': '클릭투콜 취소', originate: '발신(Originate)', redirect: '통화 돌리기', 'redirect-call': '통화 돌리기', 'move-call': '통화 옮기기', hangup: '통화 끊기', 'hangup-call': '통화 끊기', 'start-call-recording': '통화 녹음 시작', 'stop-call-recording': '통화 녹음 끝', 'pause-call-recording': '통화 녹음 멈춤', 'hear-recording': '녹음 듣기', 'check-recording': '녹음 확인', 'link-recording': '녹음 링크 만들기', 'hold-recording': '녹음 보존', 'hear-voicemail': '음성사서함 메시지 듣기', 'read-voicemail': '음성사서함 메시지에 들음 표시', 'send-fax': '팩스 보내기', 'resend-fax': '팩스 다시 보내기', 'cancel-fax': '팩스 보내기 취소', dbput: '착신전환 변경', dbdel: '착신전환 변경', dbdeltree: '착신전환 변경',
    'replace-prompt': '안내 음성 올리기', 'reset-prompt': '안내 음성을 처음 것으로', 'speak-prompt': '안내 음성을 글로 만들기', 'speak-tone': '통화연결음을 글로 만들기', speak: '글을 말로 들어 보기', 'refused-registrations': '거절된 전화기 등록 보기', 'upload-tone-recording': '통화연결음 음원 올리기', 'delete-tone-recording': '통화연결음 음원 삭제',
    'create-backup': '백업 만들기', 'upload-backup': '백업 올리기', 'backup-file': '백업 내려받기', 'check-backup': '백업 확인', restore: '백업으로 되살리기', 'restore-backup': '백업으로 되살리기', restored: '백업으로 되살림', 'undo-restore': '되살리기 취소', 'support-bundle': '지원 자료 만들기', 'make-certificate': '인증서 만들기', 'upload-certificate': '인증서 올리기', 'remove-certificate': '인증서 삭제', ban: '주소 차단', 'lift-ban': '주소 차단 해제', doctor: '서버 진단', 'audit-check': '감사 기록 확인', connect: '웹소켓 연결', events: '이벤트 받기', frame: '웹소켓 메시지', ping: '연결 확인', 'ws-ticket': '웹소켓 표 받기', 'phones-of-the-demo': '데모의 전화기 준비', 'naver-works-of-the-demo': '데모의 네이버웍스 준비', 'trunk-of-the-demo': '데모의 전화선 준비',
  },
  {
    create: 'Added: {{what}}', change: 'Changed: {{what}}', delete: 'Deleted: {{what}}', see: 'Look at {{what}}', put: 'Saved: {{what}}', disable: 'Turned off: {{what}}', export: 'Downloaded: {{what}}', import: 'Imported: {{what}}', test: 'Tried: {{what}}', of: '{{what}}: {{which}}', request: 'Request {{what}}',
    'sign-in': 'Sign in', 'sign-out': 'Sign out', 'sign-in-ways': 'Sign in', 'passkey-sign-in': 'Sign in with a passkey', 'begin-passkey-sign-in': 'Sign in with a passkey', login: 'Sign in', 'end-session': 'A session was ended', 'change-own-password': 'Changed the own password', 'change-profile': 'Changed the own profile', 'my-mobile': 'Look at the own mobile', 'change-my-mobile': 'Changed the own mobile', 'begin-totp': 'Began to set up an authenticator app', 'confirm-totp': 'Turned an authenticator app on', 'remove-totp': 'Turned the authenticator app off', 'begin-passkey': 'Began to add a passkey', 'add-passkey': 'Added a passkey', 'remove-passkey': 'Deleted a passkey', 'reset-user-password': 'Gave a user a new password', 'end-user-sessions': 'Signed a user out everywhere', 'remove-user-factors': 'Took a user’s second factors away',
    undo: 'Settings taken back', apply: 'Changes applied', 'tenant-apply': 'Changes applied', 'undo-apply': 'An apply undone on a server', 'configuration-file': 'Configuration file', 'read-passwords': 'Passwords of phones downloaded', 'import-extensions': 'Several extensions saved', 'import-description': 'Replaced by a file of settings', 'change-description': 'Replaced by a file of settings', 'add-public-holidays': 'Korean holidays added', 'import-korean-holidays': 'Korean holidays added', 'new-password-of-a-phone': 'New password of a phone', 'rotate-password': 'New password of a phone', 'rotate-device': 'New password of a phone', 'change-password': 'Changed the password of a phone', 'make-softphone-link': 'QR code of a softphone made', 'create-softphone-link': 'QR code of a softphone made', 'softphone-set-up': 'A softphone was set up', 'softphone-set-up-again': 'A softphone was set up again', 'revoke-softphone-link': 'QR code of a softphone revoked', 'phone-of-a-softphone-link': 'A phone for a softphone added', 'unlock-extension': 'Calls abroad unlocked', unlock: 'Calls abroad unlocked',
    'sync-people': 'Directory read', 'try-people': 'Rules for extensions tried', 'sign-person-out': 'A person was signed out', 'delete-person-sessions': 'A person was signed out', 'press-of-a-button': 'Button of a card in NAVER WORKS pressed', 'naver-works-callback': 'Message from NAVER WORKS', 'test-naver-works': 'Connection to NAVER WORKS tried', 'preview-card': 'Preview of a card', 'preview-cards': 'Preview of cards', 'drop-dead-letter': 'Message that failed dropped', 'resend-dead-letter': 'Message that failed sent again', 'rotate-webhook': 'New secret of a webhook', 'replay-delivery': 'Webhook sent again', 'test-webhook': 'Webhook tried',
    'click-to-call': 'Click-to-call', 'click-to-call-cancel': 'Click-to-call cancelled', 'cancel-click-to-call': 'Click-to-call cancelled', originate: 'Originate', redirect: 'Call sent elsewhere', 'redirect-call': 'Call sent elsewhere', 'move-call': 'Call moved', hangup: 'Call ended', 'hangup-call': 'Call ended', 'start-call-recording': 'Recording of a call begun', 'stop-call-recording': 'Recording of a call ended', 'pause-call-recording': 'Recording of a call paused', 'hear-recording': 'Recording heard', 'check-recording': 'Recording checked', 'link-recording': 'Link to a recording made', 'hold-recording': 'Recording held', 'hear-voicemail': 'Voicemail message heard', 'read-voicemail': 'Voicemail message marked as heard', 'send-fax': 'Fax sent', 'resend-fax': 'Fax sent again', 'cancel-fax': 'Sending of a fax cancelled', dbput: 'Changed: diversions', dbdel: 'Changed: diversions', dbdeltree: 'Changed: diversions',
    'replace-prompt': 'Announcement uploaded', 'reset-prompt': 'Announcement as it was made', 'speak-prompt': 'Announcement made from text', 'speak-tone': 'Ringback tone made from text', speak: 'Text spoken to try it', 'refused-registrations': 'Look at registrations that were refused', 'upload-tone-recording': 'Sound of a ringback tone uploaded', 'delete-tone-recording': 'Sound of a ringback tone deleted',
    'create-backup': 'Backup made', 'upload-backup': 'Backup uploaded', 'backup-file': 'Backup downloaded', 'check-backup': 'Backup checked', restore: 'Backup restored', 'restore-backup': 'Backup restored', restored: 'Backup restored', 'undo-restore': 'Restore undone', 'support-bundle': 'Support bundle made', 'make-certificate': 'Certificate made', 'upload-certificate': 'Certificate uploaded', 'remove-certificate': 'Certificate removed', ban: 'Address banned', 'lift-ban': 'Ban lifted', doctor: 'Server examined', 'audit-check': 'Audit checked', connect: 'WebSocket opened', events: 'Events asked for', frame: 'Message on a WebSocket', ping: 'Ping', 'ws-ticket': 'Ticket of a WebSocket', 'phones-of-the-demo': 'Phones of the demo', 'naver-works-of-the-demo': 'NAVER WORKS of the demo', 'trunk-of-the-demo': 'Trunk of the demo',
  },
)

type Word = keyof typeof actionTexts.ko
type Thing = keyof typeof things.ko

const verbs = new Set(['create', 'change', 'delete', 'put', 'disable', 'export', 'import', 'test'])

/** What something of an action is called; '' where it has no name of ours. */
export function thingWords(name: string): string {
  return name in things.ko ? textOf(things, name as Thing) : ''
}

/**
 * An action in words. `called` gives the name of what has only an id or a number in the
 * action: "create trunk 1" is "전화선 KT 대표회선 추가".
 */
export function actionWords(action: string, called: (thing: string, id: string) => string = (_, id) => id): string {
  if (action === '') {
    return ''
  }
  if (/^[A-Z]+ \//.test(action)) {
    return textOf(actionTexts, 'request', { what: action })
  }
  const words = action.trim().split(/[ /_-]+/)
  const name = words.join('-').toLowerCase()
  if (name in actionTexts.ko && !verbs.has(name)) {
    return textOf(actionTexts, name as Word)
  }
  const verb = verbs.has(words[0]!) ? (words[0] as Word) : 'see'
  const rest = verb === 'see' ? words : words.slice(1)
  // The longest name counts: "ring-group" before "ring".
  for (let n = rest.length; n > 0; n--) {
    const thing = rest.slice(0, n).join('-').toLowerCase()
    const said = thingWords(thing)
    if (said) {
      const front = [...(verb === 'see' ? [] : [verb]), ...rest.slice(0, n)].join('[ /_-]+')
      const id = action.trim().replace(new RegExp(`^${front}[ /_-]*`), '')
      return textOf(actionTexts, verb, { what: id ? `${said} ${called(thing, id)}` : said })
    }
  }
  return action
}
