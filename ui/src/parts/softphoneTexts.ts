import { defineTexts } from '~/lang/texts'

export const softphoneTexts = defineTexts(
  'softphone',
  {
    forOwn: '휴대전화에 앱을 설치하고 QR을 한 번 찍으면 이 내선으로 걸고 받을 수 있습니다.', forOther: '휴대폰에 Acrobits Softphone 앱을 깔고 아래 코드를 스캔하면 이 내선으로 등록됩니다. 소프트폰이 없는 내선에는 전화기 하나가 추가되고 바로 적용됩니다.',
    qrAlt: '소프트폰 설정 QR 코드', until: '{{at}}까지 한 번만 쓸 수 있습니다. 다른 사람에게 보여 주지 마세요.', open: '설정 안내 페이지 열기', send: '본인에게 보낼 주소', sendText: '휴대폰에서 열면 설치 방법과 코드가 보입니다. 본인 말고는 보내지 마세요.',
    notEncrypted: '암호화되지 않은 연결입니다. 사내망에서만 쓰세요.', push: '앱 제조사의 푸시 서비스가 이 전화기의 비밀번호를 압니다.', problem: '전화기는 만들었지만 아직 적용되지 않았습니다: {{why}}', askAdmin: '이 내선에는 아직 소프트폰을 쓸 수 없습니다. 관리자가 내선 페이지에서 첫 QR을 만들어 주어야 합니다.',
    make: 'QR 만들기', made: 'QR을 만들었습니다.', links: '만든 QR', used: '{{at}}에 사용함', unused: '아직 안 씀 · {{at}}까지', revoke: '취소', revoked: 'QR을 취소했습니다.',
  },
  {
    forOwn: 'Install the app on your mobile and scan the code once: it calls and is called as this extension.', forOther: 'Install Acrobits Softphone on the mobile and scan the code: it registers as this extension. An extension without a softphone gets one more phone, which is applied at once.',
    qrAlt: 'QR code that sets up the softphone', until: 'Good once, until {{at}}. Show it to nobody else.', open: 'Open the page that tells how', send: 'Address to send to the person', sendText: 'Opened on the mobile, it shows what to do and the code. Send it to nobody else.',
    notEncrypted: 'The connection is not encrypted: use it within your network only.', push: 'The push service of the app’s maker knows this phone’s password.', problem: 'The phone is made and does not count yet: {{why}}', askAdmin: 'This extension has no softphone yet: ask your administrator to make the first code on the page Extensions.',
    make: 'Make a QR code', made: 'The code is ready.', links: 'Codes made', used: 'used {{at}}', unused: 'not used yet · until {{at}}', revoke: 'Revoke', revoked: 'The code was revoked.',
  },
)
