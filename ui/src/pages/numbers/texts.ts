import { defineTexts } from '~/lang/texts'

export const numbersTexts = defineTexts(
  'numbers',
  {
    title: '대표번호', text: '밖에서 걸려 오는 번호가 어디로 이어지고, 밖으로 걸 때 어느 전화선으로 나가는지 정합니다.',
    dids: '받는 번호', routes: '발신 경로', classes: '발신 등급', further: '표시할 번호',
    did: '번호', to: '받는 곳', hours: '시간', else: '시간 밖이면', description: '설명', always: '항상', addDID: '번호 추가', emptyDID: '아직 받는 번호가 없습니다', emptyDIDText: '통신사에서 받은 번호를 넣고 어느 내선이나 그룹을 울릴지 고르세요.',
    didText: '통신사에서 받은 번호입니다. 숫자만, 지역번호부터 적습니다. 예: 07045805605', descriptionText: '무엇에 쓰는 번호인지 적어 두세요.', hoursText: '이 시간에만 위의 곳으로 보냅니다. "시간과 휴일" 페이지에서 만듭니다.', outside: '시간 밖의 전화', endCall: '끊기', detect: '팩스 감지', detectText: '전화를 받아 이만큼 팩스 소리를 들어 봅니다. 팩스면 팩스로 받고, 아니면 위의 곳으로 이어집니다. 비우면 듣지 않습니다.',
    route: '경로', routeName: '이름', prefixes: '앞자리', prefixesText: '이 숫자로 시작하는 번호에 씁니다. 비우면 모든 번호. 가장 긴 앞자리가 이깁니다.', trunks: '전화선', trunksText: '위에서부터 차례로 씁니다. 앞의 것이 받지 않으면 다음 것으로 나갑니다.', strip: '앞에서 뺄 자리 수', prepend: '앞에 붙일 번호', allNumbers: '모든 번호', addRoute: '경로 추가', emptyRoutes: '발신 경로가 없습니다', emptyRoutesText: '그래도 걸 수 있습니다. 회사의 전화선부터, 그다음 공용 전화선으로 모든 번호가 나갑니다. 번호마다 다른 전화선을 쓰려면 경로를 추가하세요.', up: '위로', down: '아래로', sharedTrunk: '공용 전화선 {{id}}', trunkN: '전화선 {{id}}', routesText: '순서대로 살펴봅니다. 앞자리가 가장 긴 것이 쓰이고, 같으면 위의 것이 쓰입니다.', rewrite: '번호 바꾸기',
    className: '이름', classNameText: '영문자로 시작하고 영문자, 숫자, - 만 씁니다.', dials: '걸 수 있는 번호', dialsAll: '모든 번호', dialsNone: '내선과 긴급 전화만', national: '국내 일반전화', mobile: '휴대전화', international: '국제전화', premium: '유료(060)', noCodes: '기능 코드를 쓰지 못하게 함', codesOff: '기능 코드 막음', addClass: '등급 추가', emptyClasses: '등급이 없습니다', emptyClassesText: '모든 내선이 모든 번호로 걸 수 있습니다. 걸 수 있는 번호를 나누려면 등급을 만들고 내선에서 고르세요.', classesText: '내선이 밖으로 어디까지 걸 수 있는지입니다. 내선끼리와 긴급 전화는 언제나 걸립니다.', allName: '기본(모든 내선)', limit: '제한',
    furtherText: '받는 번호 말고도 밖으로 걸 때 상대에게 보여 줄 수 있는 번호입니다. 통신사에 등록된 것만 넣으세요. 첫 번호는 따로 정하지 않은 내선이 씁니다.', furtherLabel: '번호', furtherPh: '번호를 쓰고 Enter',
  },
  {
    title: 'Numbers', text: 'Where calls to your public numbers go, and over which trunks calls to the network leave.',
    dids: 'Incoming numbers', routes: 'Routes', classes: 'Classes of service', further: 'Numbers to show',
    did: 'Number', to: 'Goes to', hours: 'When', else: 'Else', description: 'Description', always: 'always', addDID: 'Add a number', emptyDID: 'No number rings here yet', emptyDIDText: 'Enter a number that your carrier gave you, and choose which extension or group it rings.',
    didText: 'As your carrier gave it: digits only, with the area code, such as 07045805605', descriptionText: 'What the number is for.', hoursText: 'Only then calls go there. Made on the page Times and holidays.', outside: 'Calls at other times', endCall: 'Hang up', detect: 'Listen for faxes', detectText: 'The call is answered and listened to for so long: a fax is received, another call goes on. Empty means that nobody listens.',
    route: 'Route', routeName: 'Name', prefixes: 'Begins with', prefixesText: 'Numbers that begin so. Empty means all. The longest wins.', trunks: 'Trunks', trunksText: 'Tried in this order: the next when one takes nothing.', strip: 'Digits taken off the front', prepend: 'Put before', allNumbers: 'all numbers', addRoute: 'Add a route', emptyRoutes: 'There are no routes', emptyRoutesText: 'Calls go out all the same: all numbers over the company’s trunks, then the shared ones. Add a route where some numbers should take others.', up: 'Up', down: 'Down', sharedTrunk: 'Shared trunk {{id}}', trunkN: 'Trunk {{id}}', routesText: 'The longest beginning wins; of equal ones the upper.', rewrite: 'Rewrites to',
    className: 'Name', classNameText: 'Begins with a letter; letters, digits and - only.', dials: 'May dial', dialsAll: 'all numbers', dialsNone: 'extensions and emergency numbers only', national: 'national', mobile: 'mobile', international: 'international', premium: 'premium (060)', noCodes: 'No feature codes', codesOff: 'no feature codes', addClass: 'Add a class', emptyClasses: 'There are no classes', emptyClassesText: 'All extensions may dial all numbers. Make a class to limit that, and choose it at extensions.', classesText: 'How far extensions may dial. Each other and emergency numbers they always may.', allName: 'Default (all extensions)', limit: 'limit it',
    furtherText: 'Numbers that may be shown to others beside the incoming ones. Enter only what your carrier knows as yours. The first is that of extensions without their own.', furtherLabel: 'Numbers', furtherPh: 'Type a number, then Enter',
  },
)
