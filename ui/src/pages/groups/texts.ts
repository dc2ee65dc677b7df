import { defineTexts } from '~/lang/texts'

export const groupsTexts = defineTexts(
  'groups',
  {
    title: '그룹', text: '여러 사람이 함께 받는 번호, 서로 당겨 받는 그룹, 전화를 잠시 맡겨 두는 파킹입니다.', rings: '벨 그룹', pickups: '당겨 받기', parking: '통화 파킹',
    empty: '아직 벨 그룹이 없습니다', emptyText: '벨 그룹의 번호로 걸면 여러 전화기가 함께, 또는 차례로 울립니다. 대표번호를 그룹으로 보내면 먼저 받는 사람이 받습니다.', add: '그룹 추가', number: '번호', name: '이름', members: '구성원', how: '울리는 방식', else: '아무도 받지 않으면', all: '모두 함께', in_turn: '차례로', ring: '울리는 시간', endCall: '끊기',
    numberText: '내선처럼 안에서 거는 번호입니다. 예: 600', allText: '모든 전화기가 함께 울립니다', turnText: '위에서부터 한 사람씩 울립니다', ringAll: '이만큼 울린 뒤 다음으로 갑니다.', ringTurn: '한 사람마다 이만큼 울립니다.', membersText: '내선을 고르세요. 차례로 울릴 때는 이 순서입니다.', addMember: '내선 고르기', addNumber: '외부 번호 더하기', addNumberText: '휴대전화처럼 밖의 번호도 함께 울릴 수 있습니다.', addButton: '더하기', up: '위로', down: '아래로', take: '빼기', noMembers: '한 사람 이상 고르세요.', pick: '내선 번호나 이름',
    pickText: '같은 그룹에 있는 전화는 {{code}}로 당겨 받고, {{direct}}와 내선 번호로 한 사람의 전화를 당겨 받습니다.', group: '그룹', pickAll: '아무 그룹도 정하지 않은 내선은 모두 1번 그룹입니다. 고치려면 내선 페이지에서 여러 개를 골라 함께 고치세요.', toExtensions: '내선으로', off: '꺼짐',
    parkText: '통화 중에 이 번호로 돌리면 빈자리에 맡겨지고, 안내된 자리 번호를 걸면 누구나 이어받습니다.', parkOn: '파킹 사용', parkNumber: '파킹 번호', parkNumberText: '비우면 700입니다.', spaces: '자리 수', spacesText: '파킹 번호 바로 다음 번호부터 씁니다. 비우면 20.', parkSeconds: '되돌아오기까지', parkSecondsText: '아무도 이어받지 않으면 맡긴 사람에게 다시 울립니다. 비우면 60초.',
  },
  {
    title: 'Groups', text: 'Numbers that several people answer, groups that pick up each other’s calls, and parking.', rings: 'Ring groups', pickups: 'Pick-up groups', parking: 'Parking',
    empty: 'There are no ring groups yet', emptyText: 'The number of a ring group rings several phones, together or in turn. Send a public number to one, and whoever is first takes the call.', add: 'Add a group', number: 'Number', name: 'Name', members: 'Members', how: 'How it rings', else: 'When nobody answers', all: 'All together', in_turn: 'In turn', ring: 'Rings for', endCall: 'Hang up',
    numberText: 'Dialed inside like an extension, such as 600', allText: 'All phones ring at once', turnText: 'One after the other, from the top', ringAll: 'Then the call goes on.', ringTurn: 'Each rings for so long.', membersText: 'Choose extensions. In turn, they ring in this order.', addMember: 'Choose an extension', addNumber: 'Add an outside number', addNumberText: 'A number of the network, such as a mobile, can ring too.', addButton: 'Add', up: 'Up', down: 'Down', take: 'Take out', noMembers: 'Choose at least one.', pick: 'Number or name',
    pickText: 'A call that rings in one’s group is taken with {{code}}, that of one extension with {{direct}} and its number.', group: 'Group', pickAll: 'Extensions without a group are all in group 1. To change them, select several on the page Extensions.', toExtensions: 'To extensions', off: 'off',
    parkText: 'A call transferred to this number waits at a free space, which is told; whoever dials the space takes it.', parkOn: 'Calls can be parked', parkNumber: 'Number that parks', parkNumberText: 'Empty means 700.', spaces: 'Spaces', spacesText: 'The numbers that follow. Empty means 20.', parkSeconds: 'Comes back after', parkSecondsText: 'It rings who parked it, when nobody took it. Empty means 60 seconds.',
  },
)
