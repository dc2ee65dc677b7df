import { defineTexts } from '~/lang/texts'

export const soundTexts = defineTexts(
  'sound',
  {
    recordings: '녹음', recordingN: '녹음 {{n}}', play: '재생', pause: '멈춤', toStart: '처음으로', back10: '10초 뒤로', on10: '10초 앞으로', speed: '재생 속도', position: '재생 위치', at: '{{length}} 가운데 {{at}}',
    listen: '듣기', reason: '사유', reasonText: '녹음을 듣거나 저장하려면 사유가 필요합니다. 사유는 감사 기록에 남습니다.', reasonNeeded: '사유를 적어 주세요.',
    suggested: '자주 쓰는 사유', r1: '고객 민원 확인', r2: '상담 내용 확인', r3: '품질 관리', r4: '본인 요청',
    download: '저장', downloadAs: '{{format}}로 저장', wav: 'WAV(원음)', mp3: 'MP3', opus: 'Opus(작은 파일)',
    hold: '계속 보관', unhold: '보관 해제', holdText: '보관 기간이 지나거나 디스크가 차도 지우지 않습니다.', unholdText: '보관 기간이 지나면 지워집니다.', held: '계속 보관 중', heldDone: '계속 보관합니다.', unheldDone: '보관을 해제했습니다.',
    remove: '삭제', removeText: '이 녹음을 완전히 지웁니다. 되돌릴 수 없습니다.', removed: '녹음을 지웠습니다.', keptUntil: '{{date}}까지 보관', damaged: '손상됨', damagedText: '파일이 처음과 달라 들을 수 없습니다.',
    cancel: '취소', close: '닫기', none: '들을 수 있는 녹음이 없습니다.',
  },
  {
    recordings: 'Recordings', recordingN: 'Recording {{n}}', play: 'Play', pause: 'Pause', toStart: 'To the beginning', back10: 'Back 10 seconds', on10: 'On 10 seconds', speed: 'Speed', position: 'Position', at: '{{at}} of {{length}}',
    listen: 'Listen', reason: 'Reason', reasonText: 'Hearing or saving a recording needs a reason, which stays in the audit trail.', reasonNeeded: 'Write a reason.',
    suggested: 'Usual reasons', r1: 'Complaint of a customer', r2: 'To check what was said', r3: 'Quality', r4: 'Asked for by the person',
    download: 'Save', downloadAs: 'Save as {{format}}', wav: 'WAV (original)', mp3: 'MP3', opus: 'Opus (small)',
    hold: 'Keep', unhold: 'Let go', holdText: 'It stays when its time is over, and when the disk is full.', unholdText: 'It will be deleted when its time is over.', held: 'Kept', heldDone: 'It is kept.', unheldDone: 'It is let go.',
    remove: 'Delete', removeText: 'This deletes the recording for good.', removed: 'The recording was deleted.', keptUntil: 'Kept until {{date}}', damaged: 'Damaged', damagedText: 'The file is not what it was, so it cannot be heard.',
    cancel: 'Cancel', close: 'Close', none: 'There is no recording for you to hear.',
  },
)
