import { defineTexts } from '~/lang/texts'

export const settingsTexts = defineTexts(
  'features.settings',
  {
    title: '기능과 설정', text: '전화기에서 누르는 코드와, 회사 전체에 적용되는 설정입니다.', codes: '기능 코드', recording: '통화 녹음', fax: '팩스', general: '일반',
    recordingText: '어떤 통화를 처음부터 녹음할지 정합니다. 내선마다 다르게 할 수 있습니다. 긴급 전화는 녹음하지 않습니다.', incoming: '밖에서 걸려 온 통화', outgoing: '밖으로 건 통화', internal: '내선끼리의 통화', always: '항상 녹음', onDemand: '요청할 때만 (통화 중 *1)', notice: '녹음한다고 알리기', noticeText: '항상 녹음하는 통화에서 밖에 있는 상대에게 녹음될 수 있다고 들려줍니다.', keepDays: '보관 일수', keepDaysText: '지나면 지워집니다.', format: '보관 형식', formatText: 'mp3와 opus는 wav의 5분의 1 크기입니다.',
    faxText: '팩스를 보내는 방법과 보관 기간입니다. 팩스를 받는 번호는 대표번호 페이지에서 정합니다.', sends: '팩스 보내기 사용', sendsText: '끄면 보낼 수 없고, 받는 것은 그대로입니다.', station: '상대 팩스에 표시할 번호', stationText: '숫자, +, 빈칸으로 20자까지. 비우면 발신 번호를 씁니다.', header: '쪽 맨 위에 찍을 이름', headerText: '영문자와 숫자로 50자까지. 팩스기는 한글을 찍지 못합니다.', faxDays: '보관 일수', faxDaysText: '받은 팩스와 보낸 팩스를 이만큼 보관한 뒤 지웁니다. 비우면 계속 보관합니다.', forGood: '계속 보관',
    callingText: '모든 전화에 적용됩니다.', languageText: '전화한 사람이 듣는 안내의 언어입니다. 번호나 내선마다 다르게 할 수 있습니다.', area: '지역번호', areaText: '지역번호 없이 건 시내 번호 앞에 붙입니다. 예: 02. 비우면 건 대로 나갑니다.',
    softphoneText: '휴대폰의 소프트폰 앱에 적용됩니다.', push: '앱이 잠들어 있어도 전화 받기 (푸시)', pushText: '앱을 만든 회사의 서버가 대신 등록해 전화가 오면 앱을 깨웁니다. 그 서버에 소프트폰의 비밀번호가 전달됩니다.',
  },
  {
    title: 'Features and settings', text: 'Codes that are dialed at a phone, and what holds for the whole company.', codes: 'Feature codes', recording: 'Recording', fax: 'Fax', general: 'General',
    recordingText: 'Which calls are recorded from their answer on. Extensions may differ. Emergency calls never are.', incoming: 'Calls from outside', outgoing: 'Calls to the outside', internal: 'Calls between extensions', always: 'Always recorded', onDemand: 'When asked for (*1 within the call)', notice: 'Tell the other side', noticeText: 'Of calls that are always recorded, the party outside hears that they may be.', keepDays: 'Kept for days', keepDaysText: 'Then they are deleted.', format: 'Kept as', formatText: 'mp3 and opus take a fifth of wav.',
    faxText: 'How faxes are sent, and for how long all are kept. Numbers that receive faxes are on the page Numbers.', sends: 'Send faxes', sendsText: 'Off, none can be sent; receiving stays as it is.', station: 'Number that the other machine shows', stationText: 'Up to 20 of digits, + and blanks. Empty: the number that the call shows.', header: 'Printed at the top of pages', headerText: 'Up to 50 letters and digits: fax machines print no Korean.', faxDays: 'Kept for days', faxDaysText: 'Faxes that came in and that were sent; then they are deleted. Empty keeps them for good.', forGood: 'for good',
    callingText: 'This holds for all calls.', languageText: 'Of the announcements that callers hear. Numbers and extensions may differ.', area: 'Area code', areaText: 'Put before local numbers that are dialed without one, such as 02. Empty: they stay as dialed.',
    softphoneText: 'This holds for softphone apps.', push: 'Ring although the app sleeps (push)', pushText: 'A server of the app’s maker registers in its place and wakes it when a call comes. It is told the softphone’s password.',
  },
)
