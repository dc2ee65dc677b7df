import { defineTexts } from '~/lang/texts'

export const diversionTexts = defineTexts(
  'diversions',
  {
    title: '착신전환', intro: '누구의 전화가 어디로 돌아가는지 한눈에 보고 바꿉니다. 줄을 누르면 바꿀 수 있고, 저장하면 바로 적용됩니다.', introMine: '내 전화를 어디로 돌릴지 정합니다. 저장하면 바로 적용됩니다.',
    CFI: '즉시', CFB: '통화 중', CFN: '받지 않을 때', CFU: '연결 안 될 때', DND: '방해 금지', PEA: '개인 비서',
    CFIhelp: '전화가 오면 울리지 않고 바로 돌립니다.', CFBhelp: '통화 중일 때 걸려 온 전화를 돌립니다.', CFNhelp: '벨이 울려도 받지 않으면 돌립니다.', CFUhelp: '전화기가 꺼졌거나 네트워크에서 떨어졌을 때 돌립니다.', DNDhelp: '모든 전화를 받지 않습니다. 건 사람에게는 통화 중으로 들립니다. 돌릴 곳은 없습니다.', PEAhelp: '건 사람에게 안내를 들려주고, 누른 숫자에 따라 돌립니다.',
    extension: '내선', nowDND: '방해 금지', nowCFI: '모두 돌림', nowCFB: '통화 중이면 돌림', nowCFN: '안 받으면 돌림', nowCFU: '연결 안 되면 돌림', nowPEA: '개인 비서', off: '꺼짐', on: '켜짐', active: '적용 중', kept: '{{number}} 저장됨', during: '{{group}} 동안만', duringSome: '정해진 시간에만', always: '항상',
    onlyActive: '켜진 것만', count: '{{n}}명 적용 중', change: '{{name}} 착신전환', changeN: '선택한 {{n}}개 바꾸기',
    destination: '착신번호', destinationHelp: '내선 또는 전화번호. 숫자만 적어도 됩니다.', timeGroup: '적용 시간', timeGroupHelp: '고른 시간 그룹 안에서만 적용합니다.', use: '사용', key: '{{key}}번을 누르면',
    needsNumber: '켜려면 착신번호를 적으세요.', digits: '숫자 3~15자리로 적으세요.', itself: '자기 자신으로는 돌릴 수 없습니다.', international: '국제전화로는 돌릴 수 없습니다.', premium: '060 유료 번호로는 돌릴 수 없습니다.', emergency: '긴급 번호로는 돌릴 수 없습니다.', noExtension: '{{number}} 내선이 없습니다.', needsKey: '번호를 하나 이상 적으세요.',
    saved: '착신전환을 바꿨습니다.', savedN: '{{n}}개 내선을 바꿨습니다.', bulkText: '선택한 내선 {{n}}개에 똑같이 적용합니다: {{list}}', kind: '언제', action: '할 일', turnOn: '켜기', turnOff: '끄기', allOff: '모두 끄기', allOffText: '모든 착신전환과 방해 금지를 끕니다. 착신번호는 남습니다.', allOffAction: '모두 끄기',
    empty: '내선이 없습니다', emptyText: '착신전환은 내선마다 정합니다. 먼저 내선을 만드세요.', makeExtension: '내선 만들기', edit: '바꾸기', server: '서버', none: '아무 착신전환도 켜져 있지 않습니다. 모든 전화가 내 전화기에서 울립니다.', status: '지금 상태',
    sumDND: '방해 금지 중: 모든 전화를 받지 않습니다.', sumCFI: '모든 전화를 {{to}}로 돌립니다.', sumPEA: '개인 비서가 안내합니다.', sumCFB: '통화 중이면 {{to}}로 돌립니다.', sumCFN: '받지 않으면 {{to}}로 돌립니다.', sumCFU: '연결이 안 되면 {{to}}로 돌립니다.',
  },
  {
    title: 'Diversions', intro: 'See where whose calls go. Press a row to change it; it counts as soon as it is saved.', introMine: 'Where your calls go. It counts as soon as it is saved.',
    CFI: 'Always', CFB: 'When busy', CFN: 'No answer', CFU: 'Not reachable', DND: 'Do not disturb', PEA: 'Attendant',
    CFIhelp: 'Calls go there at once, without ringing here.', CFBhelp: 'Calls that come while one is talking.', CFNhelp: 'Calls that ring and are not answered.', CFUhelp: 'Calls while the phone is off or without network.', DNDhelp: 'No call gets through: callers hear that you are busy. It leads nowhere.', PEAhelp: 'Callers hear a prompt, and go where the key they press leads.',
    extension: 'Extension', nowDND: 'Do not disturb', nowCFI: 'All diverted', nowCFB: 'Diverted when busy', nowCFN: 'Diverted when not answered', nowCFU: 'Diverted when not reachable', nowPEA: 'Attendant', off: 'Off', on: 'On', active: 'Active', kept: '{{number}} is kept', during: 'only during {{group}}', duringSome: 'only at certain times', always: 'Always',
    onlyActive: 'Only active', count: '{{n}} active', change: 'Diversions of {{name}}', changeN: 'Change the {{n}} selected',
    destination: 'Destination', destinationHelp: 'An extension or a phone number.', timeGroup: 'When', timeGroupHelp: 'It counts within this time group only.', use: 'Use', key: 'Key {{key}} leads to',
    needsNumber: 'To switch it on, say where to.', digits: 'A number has 3 to 15 digits.', itself: 'It cannot lead to the extension itself.', international: 'It cannot lead abroad.', premium: 'It cannot lead to a premium number.', emergency: 'It cannot lead to an emergency number.', noExtension: 'There is no extension {{number}}.', needsKey: 'Say where at least one key leads.',
    saved: 'The diversions were changed.', savedN: '{{n}} extensions were changed.', bulkText: 'The same for {{n}} extensions: {{list}}', kind: 'When', action: 'What to do', turnOn: 'Switch on', turnOff: 'Switch off', allOff: 'All off', allOffText: 'Switches off all diversions and do not disturb. Destinations are kept.', allOffAction: 'Switch all off',
    empty: 'There are no extensions', emptyText: 'Diversions belong to extensions. Make an extension first.', makeExtension: 'Make an extension', edit: 'Change', server: 'Server', none: 'No diversion is on: all calls ring your phone.', status: 'Now',
    sumDND: 'Do not disturb: no call gets through.', sumCFI: 'All calls go to {{to}}.', sumPEA: 'The personal attendant answers.', sumCFB: 'When busy, calls go to {{to}}.', sumCFN: 'Unanswered calls go to {{to}}.', sumCFU: 'When not reachable, calls go to {{to}}.',
  },
)
