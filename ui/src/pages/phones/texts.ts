import { defineTexts } from '~/lang/texts'

/** What several pages of the phone system say. */
export const phonesTexts = defineTexts(
  'phones',
  {
    waiting: '적용할 변경 {{n}}건', waitingTip: '저장했지만 아직 전화기에 나타나지 않은 변경입니다. 눌러서 확인하고 적용하세요.',
    savedWaiting: '저장했습니다. 적용을 기다리는 변경이 {{n}}건 있습니다.', saved: '저장했습니다.', removed: '삭제했습니다. 적용을 기다리는 변경이 {{n}}건 있습니다.', removedOnly: '삭제했습니다.', savedAsk: '저장했습니다. 관리자가 적용하면 전화기에 반영됩니다. 적용할 수 있는 사람에게 알려 주세요.', removedAsk: '삭제했습니다. 관리자가 적용하면 전화기에 반영됩니다. 적용할 수 있는 사람에게 알려 주세요.', undo: '되돌리기', undone: '방금 한 변경을 되돌렸습니다.', undoLate: '그 뒤에 다른 변경이 저장되어 되돌리지 않았습니다. "적용할 변경" 페이지에서 확인하세요.',
    removeTitle: '{{name}} 삭제', removeText: '{{name}}을(를) 삭제합니다. 쓰는 곳이 있으면 삭제되지 않고 어디서 쓰는지 알려 줍니다. 삭제한 뒤에도 되돌릴 수 있습니다.', remove: '삭제',
    add: '추가', name: '이름', number: '번호', byDefault: '기본값', none: '없음', seconds: '초', advanced: '고급 설정', default0: '비우면 기본값: {{value}}', all: '모두',
    kind: '보낼 곳', extension: '내선', ring_group: '벨 그룹', attendant: '자동응답(ARS)', conference: '회의실', voicemail: '음성사서함', number_of: '외부 번호', notice: '안내 음성 뒤 끊기', busy: '통화 중 신호', hangup: '끊기', fax: '팩스로 받기', nowhere: '보내지 않음',
    byDefaultOf: '{{value}} (기본값)', greetings: '인사와 안내', hoursNotices: '업무 시간 밖', refusalNotices: '연결할 수 없을 때', ownNotices: '우리 회사가 올린 음성', which: '어느 것', dialNumber: '걸 번호', dialNumberText: '숫자만 적습니다. 예: 0212345678, 01012345678', noVoicemails: '음성사서함이 있는 내선이 없습니다.',
    promptMissing: '이 이름의 음성이 없습니다. 아무 말도 나오지 않으니, 아래에서 만들거나 안내 음성 페이지에서 올리세요.', makePrompt: '글을 적어 새로 만들기',
    tone: '통화연결음', toneText: '전화를 건 사람이 기다리는 동안 듣습니다.', toneDefault: '일반 연결음', toneOwn: '기본 음악',
    callerPrefix: '발신자 이름 앞에 붙일 말', callerPrefixText: '전화기 화면에서 어디로 온 전화인지 알아보게 합니다. 예: [고객센터]',
    language: '안내 언어', ko: '한국어', en: '영어', company: '회사 설정대로', loadFailed: '불러오지 못했습니다.',
    alaw: 'G.711 A-law', ulaw: 'G.711 µ-law', g722: 'G.722 (고음질)', opus: 'Opus (고음질, 휴대폰)',
    codecs: '코덱', codecsText: '앞에 있는 것부터 씁니다. 비우면 G.711을 씁니다.',
  },
  {
    waiting: '{{n}} to apply', waitingTip: 'What is saved and has not reached phones yet. Press to look at it and to apply it.',
    savedWaiting: 'Saved. Changes that wait to be applied: {{n}}.', saved: 'Saved.', removed: 'Deleted. Changes that wait to be applied: {{n}}.', removedOnly: 'Deleted.', savedAsk: 'Saved. It reaches phones once an administrator applies it: tell somebody who may.', removedAsk: 'Deleted. It reaches phones once an administrator applies it: tell somebody who may.', undo: 'Undo', undone: 'Your last change was taken back.', undoLate: 'Something else was saved since, so nothing was taken back: see "Pending changes".',
    removeTitle: 'Delete {{name}}', removeText: '{{name}} will be deleted. If something still uses it, it stays, and you are told what. A deletion can be taken back.', remove: 'Delete',
    add: 'Add', name: 'Name', number: 'Number', byDefault: 'Default', none: 'None', seconds: 's', advanced: 'Advanced', default0: 'Empty means {{value}}', all: 'All',
    kind: 'Goes to', extension: 'Extension', ring_group: 'Ring group', attendant: 'Attendant', conference: 'Conference room', voicemail: 'Voicemail', number_of: 'Outside number', notice: 'Announcement, then hang up', busy: 'Busy tone', hangup: 'Hang up', fax: 'Receive as a fax', nowhere: 'Nowhere',
    byDefaultOf: '{{value}} (default)', greetings: 'Greetings', hoursNotices: 'Out of hours', refusalNotices: 'When a call cannot go through', ownNotices: 'Uploaded by us', which: 'Which one', dialNumber: 'Number to call', dialNumberText: 'Digits only, such as 0212345678 or 01012345678', noVoicemails: 'No extension has voicemail.',
    promptMissing: 'There is no announcement of this name, so nothing is heard: make one below, or upload it on the page Announcements.', makePrompt: 'Make one from a text',
    tone: 'Ringback tone', toneText: 'What callers hear while they wait.', toneDefault: 'Ordinary ringing', toneOwn: 'Built-in music',
    callerPrefix: 'Put before the caller’s name', callerPrefixText: 'Lets people see on the phone where the call came in, such as [Support]',
    language: 'Language of announcements', ko: 'Korean', en: 'English', company: 'As the company', loadFailed: 'Could not be loaded.',
    alaw: 'G.711 A-law', ulaw: 'G.711 µ-law', g722: 'G.722 (wideband)', opus: 'Opus (wideband, mobile)',
    codecs: 'Codecs', codecsText: 'The first is preferred. Empty means G.711.',
  },
)
