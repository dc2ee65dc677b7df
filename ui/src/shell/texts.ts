import { defineTexts } from '~/lang/texts'

export const shellTexts = defineTexts(
  'shell',
  {
    my: '내 페이지', live: '실시간', overview: '한눈에 보기', history: '통화 기록', call: '통화', faxes: '팩스', voicemail: '음성사서함', diversions: '착신전환',
    extensions: '내선', trunks: '전화선', numbers: '대표번호', groups: '그룹', attendants: '자동응답(ARS)', times: '시간과 휴일', features: '기능과 설정', prompts: '안내 음성', apply: '적용할 변경',
    people: '구성원', contacts: '연락처', users: '사용자', roles: '역할', naverworks: '네이버웍스', webhooks: '웹훅', keys: 'API 키',
    tenants: '회사', servers: '서버', audit: '감사 기록', system: '시스템', guide: '첫 통화 안내', account: '내 계정',
    groupWork: '업무', groupMine: '나', groupPhones: '전화 시스템', groupPeople: '사람', groupLinks: '연결', groupSystem: '관리',
    menu: '메뉴', signOut: '로그아웃', dark: '어두운 화면', light: '밝은 화면', language: 'English', skip: '본문으로 건너뛰기',
    company: '회사', chooseCompany: '회사를 고르세요', chooseCompanyText: '이 페이지는 한 회사의 것을 보여 줍니다. 위에서 회사를 고르거나 새 회사를 만드세요.', makeCompany: '회사 만들기',
    notFound: '없는 페이지입니다', notFoundText: '주소를 확인하거나 메뉴에서 고르세요.', noRight: '볼 권한이 없습니다', noRightText: '관리자에게 권한을 부탁하세요.',
    broken: '이 페이지를 보여 주지 못했습니다', again: '다시 시도', newVersion: 'DIPCAST가 새 버전으로 바뀌었습니다. 다시 불러오세요.', reload: '다시 불러오기',
    showPassword: '비밀번호 보이기/숨기기', userMenu: '내 계정 메뉴', loading: '불러오는 중',
  },
  {
    my: 'My page', live: 'Live', overview: 'Overview', history: 'Call history', call: 'Call', faxes: 'Faxes', voicemail: 'Voicemail', diversions: 'Diversions',
    extensions: 'Extensions', trunks: 'Trunks', numbers: 'Numbers', groups: 'Groups', attendants: 'Attendants', times: 'Times and holidays', features: 'Features and settings', prompts: 'Announcements', apply: 'Pending changes',
    people: 'People', contacts: 'Contacts', users: 'Users', roles: 'Roles', naverworks: 'NAVER WORKS', webhooks: 'Webhooks', keys: 'API keys',
    tenants: 'Companies', servers: 'Servers', audit: 'Audit', system: 'System', guide: 'Guide to the first call', account: 'My account',
    groupWork: 'Work', groupMine: 'Me', groupPhones: 'Phone system', groupPeople: 'People', groupLinks: 'Connections', groupSystem: 'Administration',
    menu: 'Menu', signOut: 'Sign out', dark: 'Dark', light: 'Light', language: '한국어', skip: 'Skip to the content',
    company: 'Company', chooseCompany: 'Choose a company', chooseCompanyText: 'This page shows what is one company’s. Choose one above, or make one.', makeCompany: 'Make a company',
    notFound: 'There is no such page', notFoundText: 'Check the address, or choose from the menu.', noRight: 'You may not see this', noRightText: 'Ask your administrator for the right.',
    broken: 'This page could not be shown', again: 'Try again', newVersion: 'DIPCAST has a new version: load the page again.', reload: 'Load again',
    showPassword: 'Show or hide the password', userMenu: 'Account menu', loading: 'Loading',
  },
)
