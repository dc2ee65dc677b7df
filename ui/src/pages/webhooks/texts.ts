import { defineTexts } from '~/lang/texts'

export const webhooksTexts = defineTexts(
  'webhooks',
  {
    title: '웹훅', lead: '전화, 녹음, 팩스, 음성 메시지가 생기면 우리 프로그램의 주소로 알립니다. 서명이 있고, 받을 때까지 다시 보냅니다.',
    add: '웹훅 추가', newTitle: '웹훅 추가', url: '주소', urlHelp: 'https로 시작하는 인터넷 주소. 사내 주소는 운영자가 private_targets로 열어야 합니다.', events: '알릴 일', eventsHelp: '하나 이상 고르세요.', description: '설명', descriptionHelp: '알아보기 쉬운 말. 비워도 됩니다.', enabled: '켜짐', enabledHelp: '끄면 그동안의 일은 나중에도 알리지 않습니다.', on: '켜짐', off: '꺼짐', state: '상태', changed: '바뀐 때',
    'e_call.ringing': '전화가 울릴 때', 'e_call.answered': '전화를 받았을 때', 'e_call.ended': '통화가 끝났을 때', 'e_recording.ready': '녹음이 준비되었을 때', 'e_fax.received': '팩스가 왔을 때', 'e_voicemail.new': '음성 메시지가 왔을 때', 'e_webhook.test': '시험',
    emptyTitle: '아직 웹훅이 없습니다', emptyText: '고객 관리 시스템이나 업무 프로그램이 전화를 바로 알게 하려면 그 프로그램의 주소를 추가하세요. 만들 때 보이는 비밀 값으로 그 프로그램이 알림의 서명(Standard Webhooks 방식, webhook-signature 헤더)을 확인합니다.',
    saved: '저장했습니다.', removed: '웹훅을 지웠습니다.', removeTitle: '웹훅을 지울까요?', removeText: '{{url}}에 더는 알리지 않습니다. 기다리던 알림도 버립니다.', remove: '지우기', secret: '서명 비밀 값', secretText: '받는 프로그램에 넣으세요. 이 값으로 서명을 확인합니다.', doneButton: '옮겨 두었습니다',
    test: '시험 알림 보내기', testOk: '받았습니다: HTTP {{status}}, {{ms}}ms.', testBad: '받지 않았습니다.', testStatus: '대답 HTTP {{status}}, {{ms}}ms.', testNone: '대답이 없었습니다.', remedyStatus: '받는 프로그램이 10초 안에 2xx로 대답해야 합니다. 로그인이나 방화벽이 막지 않는지 확인하세요.', remedyNone: '주소, DNS, 방화벽, 인증서를 확인하세요.',
    rotate: '비밀 값 바꾸기', rotateTitle: '서명 비밀 값을 바꿀까요?', rotateText: '새 비밀 값을 한 번 보여 줍니다. 예전 값도 24시간 동안 함께 서명하므로 그 안에 받는 프로그램을 바꾸세요.', rotateYes: '바꾸기', former: '예전 비밀 값도 {{at}}까지 서명합니다.',
    deliveries: '보낸 기록', deliveriesNone: '아직 보낸 것이 없습니다. 시험 알림을 보내 보세요.', s_sent: '보냄', s_retrying: '다시 시도 중', s_failed: '실패', all: '모든 결과', when: '언제', what: '무엇', result: '결과', tries: '시도', replay: '다시 보내기', replayed: '다시 보낼 차례에 넣었습니다.', replayOf: '{{what}} 다시 보내기', body: '내용', refresh: '새로 고침', more: '더 보기', close: '닫기', took: '{{ms}}ms', edit: '고치기', waiting: '보내려고 기다리는 것: {{n}}', paused: '보내지 못해 모두 기다리고 있습니다. 받는 서버를 확인하세요.', openOf: '{{url}} 보낸 기록',
  },
  {
    title: 'Webhooks', lead: 'A program of yours is told of calls, recordings, faxes and voice messages at its address: signed, and again until it takes them.',
    add: 'Add a webhook', newTitle: 'Add a webhook', url: 'Address', urlHelp: 'An address of the internet that begins with https. Addresses of your own network are opened by the operator (private_targets).', events: 'What is told', eventsHelp: 'Choose one or more.', description: 'Description', descriptionHelp: 'To know it by. It may stay empty.', enabled: 'On', enabledHelp: 'While it is off nothing is told, not later either.', on: 'On', off: 'Off', state: 'State', changed: 'Changed',
    'e_call.ringing': 'A phone rings', 'e_call.answered': 'A call is answered', 'e_call.ended': 'A call has ended', 'e_recording.ready': 'A recording is ready', 'e_fax.received': 'A fax came in', 'e_voicemail.new': 'A voice message was left', 'e_webhook.test': 'Test',
    emptyTitle: 'There are no webhooks yet', emptyText: 'Add the address of your CRM, or another program, and it knows of calls at once. With the secret that is shown then, it checks each signature (Standard Webhooks, header webhook-signature).',
    saved: 'Saved.', removed: 'The webhook was deleted.', removeTitle: 'Delete this webhook?', removeText: '{{url}} is told nothing any more; what waits for it is dropped.', remove: 'Delete', secret: 'Secret for signatures', secretText: 'Put it into the program that receives: it checks signatures with it.', doneButton: 'I have kept it',
    test: 'Send a test', testOk: 'It was taken: HTTP {{status}}, {{ms}} ms.', testBad: 'It was not taken.', testStatus: 'Answer HTTP {{status}}, {{ms}} ms.', testNone: 'There was no answer.', remedyStatus: 'The program has to answer 2xx within 10 seconds. See that no login or firewall stands before it.', remedyNone: 'Check the address, DNS, firewall and certificate.',
    rotate: 'New secret', rotateTitle: 'Make a new secret?', rotateText: 'The new one is shown once. The former signs too for 24 hours: change the program that receives within that time.', rotateYes: 'Make it', former: 'The former secret signs too until {{at}}.',
    deliveries: 'Deliveries', deliveriesNone: 'Nothing was sent yet. Send a test.', s_sent: 'Sent', s_retrying: 'Trying again', s_failed: 'Failed', all: 'Any result', when: 'When', what: 'What', result: 'Result', tries: 'Tries', replay: 'Send again', replayed: 'It is sent again.', replayOf: 'Send {{what}} again', body: 'What was sent', refresh: 'Refresh', more: 'Show more', close: 'Close', took: '{{ms}} ms', edit: 'Change', waiting: 'Waiting to be sent: {{n}}', paused: 'Everything waits, since nothing could be sent. Check the server that receives.', openOf: 'Deliveries to {{url}}',
  },
)
