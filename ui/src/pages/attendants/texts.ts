import { defineTexts } from '~/lang/texts'

export const attendantsTexts = defineTexts(
  'attendants',
  {
    title: '자동응답(ARS)', text: '전화를 건 사람이 안내를 듣고 번호를 눌러 원하는 곳으로 갑니다. "상담은 1번, 매장은 2번" 같은 것입니다.',
    number: '번호', numberText: '내선처럼 안에서 거는 번호입니다. 예: 650', name: '이름', namePh: '대표 안내', keys: '누르는 번호', keysText: '누르는 즉시 그곳으로 갑니다. #은 안내를 다시 들려줍니다.', else: '누르지 않으면', elseText: '안내를 다 들려줘도 누르지 않을 때 갈 곳입니다.', endCall: '끊기', dids: '대표번호', noDids: '연결된 번호 없음',
    add: '자동응답 추가', empty: '아직 자동응답이 없습니다', emptyText: '안내 음성과 번호마다 갈 곳을 정한 뒤, 대표번호 페이지에서 받는 곳을 이 자동응답으로 고르세요.',
    prompt: '안내 음성', promptText: '어느 번호를 누르면 어디인지 말해야 합니다. 글을 적어 만들거나, 안내 음성 페이지에서 녹음을 올릴 수 있습니다.', promptPh: '안녕하세요. 상담은 일 번, 매장은 이 번, 그 밖에는 영 번을 눌러 주십시오.',
    noKeys: '아직 없습니다.', key: '번호', keyN: '{{key}}번', keyName: '무엇', keyNamePh: '상담', to: '갈 곳', addKey: '누르는 번호 더하기', takeKey: '{{key}}번 빼기',
    direct: '내선 번호를 바로 눌러도 됨', directText: '내선을 아는 사람은 안내 중에 내선 번호를 눌러 바로 겁니다. 내선의 첫 숫자와 같은 번호는 2초 기다린 뒤에 갑니다.', wait: '기다리는 시간', waitText: '안내가 끝나고 누르기를 기다립니다. 비우면 5초.', plays: '들려주는 횟수', playsText: '누르지 않거나 없는 번호를 누르면 이만큼 다시 들려줍니다. 비우면 3번.',
    reachedBy: '이 자동응답으로 오는 대표번호: {{numbers}}', reachedByNone: '아직 이 자동응답으로 오는 대표번호가 없습니다. 대표번호 페이지에서 받는 곳으로 고르세요.',
  },
  {
    title: 'Attendants', text: 'Callers hear an announcement and press a key for where they want to go: “for sales press 1, for the shop press 2”.',
    number: 'Number', numberText: 'Dialed inside like an extension, such as 650', name: 'Name', namePh: 'Main menu', keys: 'Keys', keysText: 'A press leads there at once. # plays the announcement again.', else: 'When nothing is pressed', elseText: 'Where the call goes when all has been played and nothing was pressed.', endCall: 'Hang up', dids: 'Public numbers', noDids: 'no number yet',
    add: 'Add an attendant', empty: 'There are no attendants yet', emptyText: 'Choose an announcement and where each key leads; then let a public number go to it, on the page Numbers.',
    prompt: 'Announcement', promptText: 'It has to say which key leads where. Write a text to have it spoken, or upload a recording on the page Announcements.', promptPh: 'Hello. For sales press one, for the shop press two, for anything else press zero.',
    noKeys: 'None yet.', key: 'Key', keyN: 'Key {{key}}', keyName: 'What for', keyNamePh: 'Sales', to: 'Goes to', addKey: 'Add a key', takeKey: 'Take out key {{key}}',
    direct: 'Extensions may be dialed', directText: 'Who knows an extension dials it while the announcement plays. A key that extensions begin with leads on after two seconds.', wait: 'Waits for', waitText: 'Behind the announcement. Empty means 5 seconds.', plays: 'Played', playsText: 'So many times when nothing, or a key without a target, is pressed. Empty means 3.',
    reachedBy: 'Public numbers that lead here: {{numbers}}', reachedByNone: 'No public number leads here yet: choose this attendant on the page Numbers.',
  },
)
