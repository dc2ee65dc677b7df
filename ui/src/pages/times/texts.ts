import { defineTexts } from '~/lang/texts'

export const timesTexts = defineTexts(
  'times',
  {
    title: '시간과 휴일', text: '업무 시간과 휴일을 정해 두면, 번호마다 시간에 따라 다른 곳으로 전화를 보낼 수 있습니다.', groups: '시간 그룹', holidays: '휴일',
    empty: '아직 시간 그룹이 없습니다', emptyText: '업무 시간을 만들어 두고, "대표번호" 페이지에서 받는 번호에 붙이세요. 시간 밖의 전화는 안내 음성이나 음성사서함으로 보낼 수 있습니다.', add: '시간 그룹 추가', name: '이름', nameText: '예: 업무 시간', when: '언제', onHolidays: '휴일에도 적용', onHolidaysText: '끄면 휴일은 하루 종일 시간 밖입니다.', off: '휴일 제외', onH: '휴일 포함', now: '지금', inside: '시간 안', outside: '시간 밖',
    spans: '시간대', addSpan: '시간대 추가', from: '부터', to: '까지', days: '요일', takeSpan: '빼기', spanText: '끝나는 시각이 시작보다 이르면 다음 날까지 이어집니다. 요일을 고르지 않으면 매일입니다.', everyDay: '매일', presets: '빠른 선택', office: '평일 09-18시', officeLunch: '평일 09-18시, 점심 제외', always: '매일 24시간', week: '한 주', grid: '한 주의 시간표. 칠한 곳이 시간 안입니다. {{text}}', noSpans: '시간대가 없습니다. 늘 시간 밖입니다.',
    mon: '월', tue: '화', wed: '수', thu: '목', fri: '금', sat: '토', sun: '일',
    date: '날짜', holidayName: '이름', yearly: '해마다', addHoliday: '휴일 추가', emptyHolidays: '아직 휴일이 없습니다', emptyHolidaysText: '한국의 공휴일을 한 번에 가져오거나, 회사의 휴일을 하나씩 추가하세요.', importKorea: '한국 공휴일 가져오기', year: '연도', importText: '음력 명절과 대체공휴일이 들어 있습니다. 이미 있는 날은 그대로 둡니다. 선거일과 임시공휴일은 따로 추가하세요.', importDo: '휴일 {{n}}개 가져오기', imported: '휴일 {{n}}개를 가져왔습니다.', allThere: '모두 들어 있습니다.', newDay: '추가할 날', gone: '지난 날', there: '있음', every: '해마다 되풀이', everyText: '해마다 같은 날짜에 쉽니다(양력).', holidayPh: '창립기념일', pastToo: '지난 휴일도 보기',
  },
  {
    title: 'Times and holidays', text: 'With office hours and holidays, a number can lead elsewhere at other times.', groups: 'Time groups', holidays: 'Holidays',
    empty: 'There are no time groups yet', emptyText: 'Make office hours, and give them to an incoming number on the page Numbers. Calls at other times can go to an announcement, or to voicemail.', add: 'Add a time group', name: 'Name', nameText: 'Such as Office hours', when: 'When', onHolidays: 'On holidays too', onHolidaysText: 'Else a holiday is outside, all day.', off: 'not on holidays', onH: 'on holidays too', now: 'Now', inside: 'inside', outside: 'outside',
    spans: 'Times', addSpan: 'Add a time', from: 'From', to: 'To', days: 'Days', takeSpan: 'Take out', spanText: 'One that ends before it begins goes on to the next day. Without days it is every day.', everyDay: 'every day', presets: 'Quick choice', office: 'Mon–Fri 9–18', officeLunch: 'Mon–Fri 9–18, not at lunch', always: 'always', week: 'The week', grid: 'The week; filled parts are inside. {{text}}', noSpans: 'There is no time: always outside.',
    mon: 'Mon', tue: 'Tue', wed: 'Wed', thu: 'Thu', fri: 'Fri', sat: 'Sat', sun: 'Sun',
    date: 'Date', holidayName: 'Name', yearly: 'every year', addHoliday: 'Add a holiday', emptyHolidays: 'There are no holidays yet', emptyHolidaysText: 'Import the public holidays of Korea at once, or add your own.', importKorea: 'Import Korea’s public holidays', year: 'Year', importText: 'With lunar holidays and the days that stand in for those on weekends. Days that are there stay. Add elections and special holidays by hand.', importDo: 'Import {{n}}', imported: '{{n}} days imported.', allThere: 'All are there.', newDay: 'to add', gone: 'past', there: 'there', every: 'Every year', everyText: 'The same date of each year.', holidayPh: 'Company day', pastToo: 'Past ones too',
  },
)
