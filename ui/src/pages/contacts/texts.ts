import { defineTexts } from '~/lang/texts'

export const contactsTexts = defineTexts(
  'contacts',
  {
    title: '연락처', lead: '밖에서 오는 전화의 번호에 이름을 붙입니다. 카드, 실시간, 통화 기록에 나타납니다.',
    search: '이름, 회사, 번호로 찾기', total: '모두 {{n}}개', shown: '{{all}}개 가운데 {{n}}개를 보여 줍니다.', more: '더 보기', name: '이름', company: '회사', number: '번호',
    emptyTitle: '아직 연락처가 없습니다', emptyText: '엑셀, 구글, 휴대폰에서 내보낸 파일을 가져오거나 하나씩 추가하세요.', noneTitle: '맞는 연락처가 없습니다', noneText: '다른 이름이나 번호의 일부로 찾아 보세요.',
    add: '연락처 추가', newTitle: '연락처 추가', numberHelp: '쓰던 대로 적으면 됩니다. 예: 010-1234-5678, +82 2 123 4567', numberFixed: '번호를 바꾸려면 지우고 새로 추가하세요.', saved: '{{name}} 연락처를 저장했습니다.', removed: '연락처를 지웠습니다.', removeTitle: '연락처를 지울까요?', removeText: '{{name}} {{number}}. 지난 통화 기록의 이름은 그대로입니다.', remove: '지우기',
    import: '가져오기', importTitle: '연락처 가져오기', importText: 'CSV는 첫 줄에 열 이름(이름, 회사, 번호 또는 휴대폰, 전화)을 적습니다. 엑셀, 아웃룩, 구글, 휴대폰에서 내보낸 파일을 그대로 쓸 수 있습니다. 8MB, 번호 100,000개까지입니다.', file: '파일 고르기 (CSV, vCard)', chosen: '고른 파일: {{name}}', replace: '파일에 없는 연락처는 지우기', skip: '틀린 줄은 빼고 가져오기', preview: '미리 보기', take: '{{n}}개 가져오기', wouldTake: '번호 {{n}}개를 가져올 수 있습니다.', mistakes: '틀린 곳 {{n}}개', mistakesMore: '틀린 곳이 100개 넘게 있습니다. 처음 100개입니다.', line: '줄', field: '항목', message: '까닭', taken: '{{n}}개를 가져왔습니다. 이제 모두 {{total}}개입니다.', tooBig: '파일이 8MB보다 큽니다.', fix: '파일을 고쳐 다시 고르거나, 틀린 줄을 빼고 가져오세요.',
    export: '내보내기', exportCsv: 'CSV (엑셀)', exportVcard: 'vCard (휴대폰)',
  },
  {
    title: 'Contacts', lead: 'Names for numbers that call from outside. Cards, the live view and the history show them.',
    search: 'Find by name, company or number', total: '{{n}} in all', shown: '{{n}} of {{all}} are shown.', more: 'Show more', name: 'Name', company: 'Company', number: 'Number',
    emptyTitle: 'There are no contacts yet', emptyText: 'Import a file from Excel, Google or a phone, or add them one by one.', noneTitle: 'No contact matches', noneText: 'Try a part of another name or number.',
    add: 'Add a contact', newTitle: 'Add a contact', numberHelp: 'As you would write it: 010-1234-5678, +82 2 123 4567', numberFixed: 'To change the number, delete the contact and add it again.', saved: '{{name}} was saved.', removed: 'The contact was deleted.', removeTitle: 'Delete this contact?', removeText: '{{name}} {{number}}. Calls in the history keep the name.', remove: 'Delete',
    import: 'Import', importTitle: 'Import contacts', importText: 'The first line of a CSV names its columns (name, company, number or mobile, telephone). Files of Excel, Outlook, Google and phones can be used as they are, up to 8 MB and 100,000 numbers.', file: 'Choose a file (CSV, vCard)', chosen: 'Chosen: {{name}}', replace: 'Delete contacts that are not in the file', skip: 'Leave out lines with mistakes', preview: 'Preview', take: 'Import {{n}}', wouldTake: '{{n}} numbers can be imported.', mistakes: 'Mistakes: {{n}}', mistakesMore: 'There are more than 100 mistakes. These are the first.', line: 'Line', field: 'Field', message: 'Why', taken: '{{n}} imported. There are {{total}} now.', tooBig: 'The file is larger than 8 MB.', fix: 'Mend the file and choose it again, or leave those lines out.',
    export: 'Export', exportCsv: 'CSV (Excel)', exportVcard: 'vCard (phones)',
  },
)
