import { defineTexts } from '~/lang/texts'

export const callTexts = defineTexts(
  'callButton',
  {
    operators: '전화는 회사의 내선에서 겁니다. 걸려면 그 회사의 사용자로 로그인하세요.', call: '전화하기', callTo: '{{number}}에 전화하기', from: '내 전화기(내선)', fromText: '고른 내선이 먼저 울리고, 받으면 {{number}}에 겁니다.', rings: '내선 {{ext}}이(가) 울립니다. 받으면 {{number}}에 겁니다.',
  },
  {
    operators: 'Calls are made from the company’s extensions: to call, sign in as one of its users.', call: 'Call', callTo: 'Call {{number}}', from: 'Your phone (extension)', fromText: 'This extension rings first; once it is answered, {{number}} is called.', rings: 'Extension {{ext}} rings. Answer it, and {{number}} is called.',
  },
)
