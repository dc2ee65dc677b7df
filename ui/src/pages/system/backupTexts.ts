import { defineTexts } from '~/lang/texts'

export const backupTexts = defineTexts(
  'backups',
  {
    text: '데이터베이스와 파일을 담은 백업입니다. 켜 둔 채로 만들 수 있습니다. 비밀번호와 키가 그대로 들어 있으니 안전한 곳에 두세요.', make: '지금 백업하기', recordings: '통화 녹음도 담기', recordingsHelp: '녹음이 많으면 크고 오래 걸립니다.', upload: '백업 올리기', uploading: '올리는 중 {{n}}%', none: '아직 백업이 없습니다', noneText: '지금 하나 만들고, 내려받아 다른 곳에도 두세요.',
    created: '내용의 시각', kind: '종류', made: '만듦', uploaded: '올림', before_restore: '되살리기 전', size: '크기', state: '상태', making: '만드는 중', ready: '준비됨', failed: '실패', version: '버전', by: '누가', checked: '확인함', bad: '문제 있음', withSounds: '녹음 포함', actions: '할 일',
    download: '내려받기', check: '확인', checkedGood: '처음부터 끝까지 읽었고 온전합니다.', checkedBad: '백업에 문제가 있습니다: {{why}}', remove: '삭제', removeTitle: '이 백업을 지울까요?', removeText: '{{time}}의 백업을 지웁니다. 되돌릴 수 없습니다.', removed: '백업을 지웠습니다.', started: '백업을 만들고 있습니다.', took: '백업을 올렸습니다.',
    restore: '되살리기', restoreTitle: '{{time}}의 백업으로 되살릴까요?', restoreWarn: '지금의 모든 것이 그때의 것으로 바뀝니다', restoreText: '회사, 내선, 통화 기록, 사용자, 비밀번호가 모두 {{time}}의 것이 됩니다. 그 뒤에 바뀐 것은 사라집니다. 설정 파일은 그대로입니다.', restoreText2: '먼저 백업을 확인하고 지금 것을 백업해 둡니다. DIPCAST가 몇 초 동안 다시 시작하지만 통화는 끊기지 않습니다. 그 뒤에는 다시 로그인해야 할 수 있습니다.', password: '내 비밀번호', passwordHelp: '본인 확인을 위해 한 번 더 묻습니다.', sure: '지금 것이 바뀐다는 것을 압니다', wrong: '비밀번호가 맞지 않습니다.', go: '되살리기 시작', cancel: '취소',
    preparing: '되살릴 준비를 하고 있습니다. 백업을 확인하고 지금 것을 백업합니다.', restarting: 'DIPCAST가 다시 시작하고 있습니다. 이 화면을 그대로 두세요.', done: '{{time}}에 되살렸습니다.', restoreFailed: '되살리지 못했습니다. 모든 것이 그대로입니다.', undo: '되살리기 취소 (전으로)', undoTitle: '되살리기 전으로 돌아갈까요?', undoText: '되살리기 바로 전에 만들어 둔 백업을 다시 씁니다. 그 뒤에 바뀐 것은 사라집니다.',
  },
  {
    text: 'Backups of database and files, made while all goes on. They hold passwords and keys in clear: keep them safe.', make: 'Back up now', recordings: 'With the sound of recorded calls', recordingsHelp: 'With many recordings it is large, and takes long.', upload: 'Upload a backup', uploading: 'Uploading {{n}}%', none: 'There is no backup yet', noneText: 'Make one now, download it, and keep it elsewhere too.',
    created: 'As of', kind: 'Kind', made: 'made', uploaded: 'uploaded', before_restore: 'before a restore', size: 'Size', state: 'State', making: 'being made', ready: 'ready', failed: 'failed', version: 'Version', by: 'By', checked: 'checked', bad: 'damaged', withSounds: 'with sound', actions: 'Actions',
    download: 'Download', check: 'Check', checkedGood: 'It was read to its end, and is whole.', checkedBad: 'Something is wrong with it: {{why}}', remove: 'Delete', removeTitle: 'Delete this backup?', removeText: 'The backup of {{time}} is deleted for good.', removed: 'The backup is deleted.', started: 'A backup is being made.', took: 'The backup is uploaded.',
    restore: 'Restore', restoreTitle: 'Restore the backup of {{time}}?', restoreWarn: 'Everything becomes as it was then', restoreText: 'Companies, extensions, history, users and passwords become those of {{time}}. What changed since is gone. The configuration file stays.', restoreText2: 'The backup is checked and one is made of what is there now. Then DIPCAST restarts, which takes seconds; calls go on. You may have to sign in again.', password: 'Your password', passwordHelp: 'asked again, to be sure it is you', sure: 'I know that what is there now is replaced', wrong: 'The password is wrong.', go: 'Begin the restore', cancel: 'Cancel',
    preparing: 'The restore is being prepared: the backup is checked, and one is made of what is there.', restarting: 'DIPCAST is restarting. Leave this page open.', done: 'Restored {{time}}.', restoreFailed: 'The restore failed. All is as it was.', undo: 'Undo the restore', undoTitle: 'Go back to before the restore?', undoText: 'The backup made just before the restore is put back. What changed since is gone.',
  },
)
