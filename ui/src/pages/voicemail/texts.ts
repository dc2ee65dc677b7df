import { defineTexts } from '~/lang/texts'

export const voicemailTexts = defineTexts(
  'voicemail',
  {
    title: '음성사서함', intro: '남겨진 메시지를 듣고, 전화를 걸고, 지웁니다.', newN: '새 메시지 {{n}}개', state: '상태', new: '새 메시지', old: '들음', time: '시각', caller: '남긴 사람', box: '사서함', length: '길이', actions: '할 일', anonymous: '발신번호 없음',
    unread: '새 메시지만', allBoxes: '모든 사서함', play: '듣기', message: '{{name}}의 메시지', markRead: '들은 것으로', markUnread: '새 메시지로', remove: '삭제', removeText: '이 메시지를 완전히 지웁니다. 되돌릴 수 없습니다.', removeN: '선택한 메시지 {{n}}개를 완전히 지웁니다. 되돌릴 수 없습니다.', removed: '삭제했습니다.', marked: '바꿨습니다.', download: '저장', close: '닫기',
    empty: '남겨진 메시지가 없습니다', emptyText: '아무도 받지 않은 전화는 사서함이 있는 내선이면 여기에 메시지를 남깁니다. 사서함은 내선 설정에서 켭니다.', toExtensions: '내선으로 가기', none: '맞는 메시지가 없습니다', noneText: '사서함을 바꾸거나 들은 메시지도 보세요.', selectedN: '선택한 {{n}}개',
  },
  {
    title: 'Voicemail', intro: 'Hear messages, call back, and delete them.', newN: '{{n}} new', state: 'State', new: 'New', old: 'Heard', time: 'Time', caller: 'From', box: 'Mailbox', length: 'Length', actions: 'Actions', anonymous: 'No number shown',
    unread: 'New only', allBoxes: 'All mailboxes', play: 'Listen', message: 'Message from {{name}}', markRead: 'Mark as heard', markUnread: 'Mark as new', remove: 'Delete', removeText: 'This deletes the message for good.', removeN: 'This deletes {{n}} messages for good.', removed: 'Deleted.', marked: 'Changed.', download: 'Save', close: 'Close',
    empty: 'There are no messages', emptyText: 'Calls that nobody takes leave messages here, where the extension has a mailbox. Switch mailboxes on in the settings of extensions.', toExtensions: 'Go to Extensions', none: 'No message matches', noneText: 'Choose another mailbox, or show heard ones too.', selectedN: '{{n}} selected',
  },
)
