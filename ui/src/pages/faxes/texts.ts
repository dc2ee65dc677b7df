import { defineTexts } from '~/lang/texts'

export const faxTexts = defineTexts(
  'faxes',
  {
    title: '팩스', intro: '받은 팩스를 보고, PDF나 사진을 팩스로 보냅니다.', in: '받은 팩스', out: '보낸 팩스',
    time: '시각', from: '보낸 곳', to: '받는 곳', own: '받은 번호', sender: '보낸 내선', pages: '쪽', pagesN: '{{n}}쪽', status: '상태', anonymous: '발신번호 없음', number: '전화번호', numberHelp: '번호 전체를 적으세요.',
    received: '받음', sent: '보냄', sending: '보내는 중', failed: '실패', anyStatus: '모든 상태', damaged: '깨진 줄 {{n}}개',
    emptyIn: '받은 팩스가 없습니다', emptyInText: '대표번호의 연결 대상을 팩스로 정하면 받은 팩스가 여기에 나타납니다.', emptyOut: '보낸 팩스가 없습니다', emptyOutText: 'PDF, TIFF 파일이나 사진을 팩스로 보낼 수 있습니다.', toNumbers: '대표번호로 가기', more: '더 보기', none: '맞는 팩스가 없습니다', noneText: '번호나 상태를 바꿔 보세요.',
    send: '팩스 보내기', sendTo: '받는 팩스번호', sendToHelp: '예: 02-123-4567', sendFrom: '보내는 내선', sendFromHelp: '이 내선의 번호로 보내고, 이 내선의 발신 등급을 따릅니다.', file: '파일', fileHelp: 'PDF, TIFF(흑백), JPG, PNG. 20 MB, 100쪽까지.', choose: '파일 고르기', needTo: '받는 번호를 적으세요.', badTo: '전화번호가 아닙니다. 숫자만 적어도 됩니다.', needFrom: '내선을 고르세요.', needFile: '파일을 고르세요.', tooLarge: '20 MB보다 큽니다.', badFile: 'PDF, TIFF, JPG, PNG만 보낼 수 있습니다.', badImage: '이 그림을 읽을 수 없습니다.',
    uploading: '올리는 중 {{percent}}%', preparing: '팩스로 바꾸는 중…', taken: '{{number}}(으)로 보내기 시작했습니다.', wasSent: '{{number}}(으)로 팩스를 보냈습니다.', notSent: '{{number}}(으)로 팩스를 보내지 못했습니다.', notSetUp: '이 회사는 아직 팩스를 보내도록 설정되지 않았습니다. 관리자에게 회사 설정의 팩스를 켜고 적용해 달라고 하세요.',
    open: '팩스 보기', viewer: '팩스 {{number}}', page: '{{page}}/{{pages}}쪽', pageAlt: '팩스 {{page}}쪽', previous: '앞 쪽', next: '다음 쪽', zoomIn: '크게', zoomOut: '작게', fit: '너비에 맞춤', rotate: '돌리기', pdf: 'PDF 저장', tiff: 'TIFF 저장', noPages: '보관된 쪽이 없습니다.', close: '닫기', noImage: '이 쪽을 보여 주지 못했습니다. 새로 고치거나 PDF로 저장해 보세요.',
    actions: '할 일', resend: '다시 보내기', resendText: '같은 쪽을 {{number}}(으)로 다시 보냅니다.', cancel: '보내기 중단', cancelText: '{{number}}(으)로 보내는 것을 중단합니다. 이미 간 쪽은 되돌릴 수 없습니다.', cancelled: '중단했습니다.', operators: '팩스는 회사의 내선이 보내므로, 보내려면 그 회사의 사용자로 로그인하세요.', call: '통화 보기', gone: '이 팩스가 없습니다.',
    mode: '방식', t38: 'T.38', audio: '음성(G.711)', speed: '속도', station: '상대 팩스', details: '팩스 정보',
  },
  {
    title: 'Faxes', intro: 'See faxes that came in, and send a PDF or a photo as a fax.', in: 'Received', out: 'Sent',
    time: 'Time', from: 'From', to: 'To', own: 'Your number', sender: 'From extension', pages: 'Pages', pagesN: '{{n}} pages', status: 'Status', anonymous: 'No number shown', number: 'Number', numberHelp: 'The whole number.',
    received: 'Received', sent: 'Sent', sending: 'Sending', failed: 'Failed', anyStatus: 'Any status', damaged: '{{n}} damaged lines',
    emptyIn: 'No fax has come in', emptyInText: 'Faxes appear here once a number of yours leads to fax.', emptyOut: 'No fax was sent', emptyOutText: 'A PDF, a TIFF or a photo can be sent as a fax.', toNumbers: 'Go to Numbers', more: 'Show more', none: 'No fax matches', noneText: 'Choose another number or status.',
    send: 'Send a fax', sendTo: 'Fax number', sendToHelp: 'Such as 02-123-4567', sendFrom: 'From extension', sendFromHelp: 'It goes with this extension’s number, and as its class of service allows.', file: 'File', fileHelp: 'PDF, TIFF (black and white), JPG, PNG. At most 20 MB and 100 pages.', choose: 'Choose a file', needTo: 'Say where to.', badTo: 'This is no phone number.', needFrom: 'Choose an extension.', needFile: 'Choose a file.', tooLarge: 'It is larger than 20 MB.', badFile: 'PDF, TIFF, JPG and PNG can be sent.', badImage: 'This picture cannot be read.',
    uploading: 'Uploading {{percent}}%', preparing: 'Making a fax of it…', taken: 'The fax to {{number}} is on its way.', wasSent: 'The fax to {{number}} was sent.', notSent: 'The fax to {{number}} was not sent.', notSetUp: 'This company is not set up to send faxes. Ask your administrator to switch fax on in the company’s settings, and to apply it.',
    open: 'Show the fax', viewer: 'Fax {{number}}', page: 'Page {{page}} of {{pages}}', pageAlt: 'Page {{page}} of the fax', previous: 'Previous page', next: 'Next page', zoomIn: 'Larger', zoomOut: 'Smaller', fit: 'Fit the width', rotate: 'Rotate', pdf: 'Save as PDF', tiff: 'Save as TIFF', noPages: 'No page was kept.', close: 'Close', noImage: 'This page cannot be shown. Load again, or save it as PDF.',
    actions: 'Actions', resend: 'Send again', resendText: 'The same pages go to {{number}} again.', cancel: 'Stop sending', cancelText: 'The fax to {{number}} is stopped. Pages that are there stay there.', cancelled: 'It was stopped.', operators: 'A fax is sent by an extension of the company: to send one, sign in as one of its users.', call: 'Show the call', gone: 'There is no such fax.',
    mode: 'Sent by', t38: 'T.38', audio: 'Sound (G.711)', speed: 'Speed', station: 'Other machine', details: 'The fax',
  },
)
