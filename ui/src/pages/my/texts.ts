import { defineTexts } from '~/lang/texts'

export const myTexts = defineTexts(
  'my',
  {
    title: '내 페이지', text: '내선 {{ext}} {{name}}', now: '지금 통화', nowText: '내 전화로 걸려 있는 통화입니다.', details: '자세히',
    calls: '내 통화', missed: '부재중', all: '모두', toHistory: '통화 기록에서 모두 보기', none: '부재중 전화가 없습니다', noneText: '놓친 전화가 생기면 여기 먼저 나타나고, 바로 다시 걸 수 있습니다.', noCalls: '아직 통화가 없습니다', noCallsText: '전화를 걸거나 받으면 여기에 남습니다.',
    handled: '이후 통화함', again: '{{n}}번', byOther: '다른 사람이 받음({{who}})', direction_external: '받음', direction_outgoing: '걸음', direction_internal: '내부', open: '이 통화 보기: {{who}}', withheld: '발신번호 없음',
    phones: '내 전화기', noPhones: '등록된 전화기가 없습니다. 전화기에 내선 설정을 넣거나, 아래에서 소프트폰을 설정하세요.', registered_no: '연결된 적 없는 전화기', account: 'SIP 계정 {{user}}',
    diversions: '착신전환과 방해 금지', diversionsText: '내 전화가 울리지 않을 때 어디로 갈지 정합니다. 바꾸면 바로 적용됩니다.', moreDiversions: '시간대와 개인 비서 설정',
    DND: '방해 금지', DND_text: '전화가 와도 울리지 않고 통화 중으로 들립니다.', CFI: '즉시', CFI_text: '울리지 않고 바로 넘깁니다.', CFB: '통화 중일 때', CFB_text: '다른 통화를 하고 있을 때 넘깁니다.', CFN: '받지 않을 때', CFN_text: '울려도 받지 않으면 넘깁니다.', CFU: '연결 안 될 때', CFU_text: '전화기가 연결되어 있지 않으면 넘깁니다.',
    destination: '착신번호', destinationOf: '{{name}}: 착신번호', destinationText: '휴대전화·내선', needNumber: '착신번호를 적고 켜기를 누르세요.', on: '켰습니다: {{name}}', off: '껐습니다: {{name}}', saved: '착신번호를 저장했습니다.', savedOff: '착신번호를 저장했습니다. 아직 꺼져 있으니 쓰려면 스위치를 켜세요: {{name}}', save: '저장', saveOn: '켜기', toMobile: '휴대전화로 돌리는 번호는 회사 전화로 걸립니다.', timed: '시간대 {{name}} 밖에서만',
    softphone: '소프트폰', until: '{{at}}까지 한 번만 쓸 수 있습니다. 다른 사람에게 보여 주지 마세요.', links: '만든 QR', used: '{{at}}에 사용함', unused: '{{at}}까지', revoke: '취소', revoked: 'QR을 취소했습니다.', 
    
    noExtension: '내선이 없습니다', noExtensionText: '이 로그인에는 내선이 이어져 있지 않습니다. 관리자에게 내선을 정해 달라고 하세요.',
    voicemail: '음성사서함', unread: '새 메시지 {{n}}', noMessages: '남겨진 메시지가 없습니다.', new: '새 메시지', listen: '{{who}}의 메시지 듣기, {{at}}', delete: '삭제', deleted: '메시지를 삭제했습니다.', deleteMessage: '메시지를 삭제할까요?', deleteMessageText: '{{who}}이(가) {{at}}에 남긴 메시지를 삭제합니다. 되돌릴 수 없습니다.',
    mobile: '내 휴대전화', mobileText: '알림 카드나 실시간 화면에서 통화를 휴대전화로 당겨 받을 때 울리는 번호입니다.', mobileSaved: '휴대전화 번호를 저장했습니다.', mobileRemoved: '휴대전화 번호를 지웠습니다.', mobileDirectory: '네이버웍스 조직도의 번호입니다.', mobileBack: '조직도의 번호로', fillMobile: '내 휴대전화 넣기',
    hangup: '끊기', hungUp: '통화를 끊었습니다.',
  },
  {
    title: 'My page', text: 'Extension {{ext}} {{name}}', now: 'On the phone now', nowText: 'Calls on your phone.', details: 'Details',
    calls: 'My calls', missed: 'Missed', all: 'All', toHistory: 'See all in the call history', none: 'No missed calls', noneText: 'Calls you miss appear here first, to be called back with one press.', noCalls: 'No calls yet', noCallsText: 'Calls that you make or take are kept here.',
    handled: 'Spoken since', again: '{{n}} times', byOther: 'Answered by {{who}}', direction_external: 'Received', direction_outgoing: 'Made', direction_internal: 'Internal', open: 'See the call: {{who}}', withheld: 'No number',
    phones: 'My phones', noPhones: 'No phone is set up. Give your phone the extension’s settings, or set up a softphone below.', registered_no: 'A phone that is not connected', account: 'SIP account {{user}}',
    diversions: 'Diversions and do not disturb', diversionsText: 'Where calls go when your phone is not to ring. Changes count at once.', moreDiversions: 'Time groups and personal attendant',
    DND: 'Do not disturb', DND_text: 'The phone does not ring; callers hear that it is busy.', CFI: 'Always', CFI_text: 'Goes there at once, without ringing.', CFB: 'When busy', CFB_text: 'Goes there while you are on another call.', CFN: 'No answer', CFN_text: 'Goes there when nobody answers.', CFU: 'Not reachable', CFU_text: 'Goes there while your phone is not connected.',
    destination: 'To which number', destinationOf: '{{name}}: to which number', destinationText: 'Mobile, extension', needNumber: 'Enter the number, then switch on.', on: '{{name}} is on.', off: '{{name}} is off.', saved: 'The number was saved.', savedOff: 'The number was saved. {{name}} is still off: use its switch.', save: 'Save', saveOn: 'Switch on', toMobile: 'Calls that are diverted to a mobile are made by the company’s line.', timed: 'outside of {{name}} only',
    softphone: 'Softphone', until: 'Good once, until {{at}}. Show it to nobody else.', links: 'Codes made', used: 'used {{at}}', unused: 'until {{at}}', revoke: 'Revoke', revoked: 'The code was revoked.', 
    
    noExtension: 'No extension', noExtensionText: 'This login has no extension. Ask your administrator for one.',
    voicemail: 'Voicemail', unread: '{{n}} new', noMessages: 'No messages.', new: 'New', listen: 'Message of {{who}}, {{at}}', delete: 'Delete', deleted: 'The message was deleted.', deleteMessage: 'Delete this message?', deleteMessageText: 'The message that {{who}} left at {{at}} is deleted. This cannot be undone.',
    mobile: 'My mobile', mobileText: 'Rings when you take a call on your mobile, by a card or on Live.', mobileSaved: 'Your mobile was saved.', mobileRemoved: 'Your mobile was removed.', mobileDirectory: 'As the NAVER WORKS directory has it.', mobileBack: 'Back to the directory’s', fillMobile: 'Enter my mobile',
    hangup: 'Hang up', hungUp: 'The call was ended.',
  },
)
