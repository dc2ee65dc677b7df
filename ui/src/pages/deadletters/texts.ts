import { defineTexts } from '~/lang/texts'

export const deadTexts = defineTexts(
  'deadletters',
  {
    title: '보내지 못한 것', works: '네이버웍스에 보내지 못하고 포기한 메시지입니다. 까닭을 고친 뒤 다시 보내거나 지우세요.', webhook: '웹훅으로 보내지 못하고 포기한 알림입니다. 받는 서버를 고친 뒤 다시 보내거나 지우세요.', none: '보내지 못한 것이 없습니다.',
    failed: '포기한 때', what: '무엇', to: '받는 곳', error: '까닭', tries: '{{n}}번 시도', resend: '다시 보내기', drop: '지우기', resent: '다시 보낼 차례에 넣었습니다.', dropped: '지웠습니다.', dropTitle: '지울까요?', dropText: '이 내용은 보내지 않고 버립니다.', more: '더 보기', body: '내용', close: '닫기', call: '통화 보기',
    ring: '수신 카드', room: '대화방 카드', fax: '팩스', voicemail: '음성사서함', missed: '부재중 알림', answered: '통화 알림', reply: '대답',
  },
  {
    title: 'Not delivered', works: 'Messages to NAVER WORKS that were given up. Mend the cause, then send them again, or delete them.', webhook: 'Events that no server took, and that were given up. Mend the server, then send them again, or delete them.', none: 'Everything was delivered.',
    failed: 'Given up', what: 'What', to: 'To', error: 'Why', tries: 'tries: {{n}}', resend: 'Send again', drop: 'Delete', resent: 'It is sent again.', dropped: 'Deleted.', dropTitle: 'Delete this?', dropText: 'It is not sent any more.', more: 'Show more', body: 'What was to be sent', close: 'Close', call: 'See the call',
    ring: 'Card of a call', room: 'Card of a room', fax: 'Fax', voicemail: 'Voicemail', missed: 'Missed call', answered: 'Call', reply: 'Reply',
  },
)
