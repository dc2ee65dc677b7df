import { defineTexts } from '~/lang/texts'

export const partsTexts = defineTexts(
  'parts',
  {
    loading: '불러오는 중', again: '다시 시도', save: '저장', cancel: '취소', close: '닫기', remove: '삭제', edit: '고치기', add: '추가', saved: '저장했습니다.', removed: '삭제했습니다.', undo: '되돌리기', undone: '되돌렸습니다.',
    search: '검색', none: '맞는 것이 없습니다', noneText: '검색어나 조건을 바꿔 보세요.', rows: '{{n}}개', selected: '{{n}}개 선택', selectAll: '모두 선택', selectRow: '선택: {{name}}', more: '더 보기', sort: '정렬: {{name}}',
    copied: '복사했습니다', copy: '복사', once: '지금 한 번만 보여 줍니다. 안전한 곳에 옮겨 두세요.', help: '도움말: {{name}}', sure: '정말 할까요?', yes: '예',
    changedTitle: '다른 사람이 먼저 바꿨습니다', changedText: '불러온 뒤에 다른 사람이 저장했습니다. 다시 불러오면 그 내용이 보이고, 여기 적은 것은 사라집니다.', reload: '다시 불러오기', overwrite: '내 것으로 덮어쓰기',
    fillIn: '비어 있습니다: {{label}}', badFormat: '형식이 맞지 않습니다: {{label}}', outOfRange: '{{min}}에서 {{max}} 사이여야 합니다: {{label}}', seeField: '저장하지 못했습니다. 붉게 표시한 칸을 고치세요.', leave: '저장하지 않은 변경이 있습니다.', goOn: '계속 고치기', discard: '버리고 닫기', readOnly: '볼 수만 있습니다. 바꾸려면 관리자에게 권한을 부탁하세요.', locked: '내 역할로는 바꿀 수 없습니다.', lockedSome: '내 역할로 바꿀 수 있는 것: {{names}}', details: '자세히', columns: '열', required: '필수',
    pending: '저장한 전화 설정은 "적용할 변경"에서 적용해야 전화기에 반영됩니다.', pendingAsk: '저장한 전화 설정은 관리자가 적용해야 전화기에 반영됩니다.', toApply: '적용하러 가기', toPending: '적용할 변경 보기',
  },
  {
    loading: 'Loading', again: 'Try again', save: 'Save', cancel: 'Cancel', close: 'Close', remove: 'Delete', edit: 'Change', add: 'Add', saved: 'Saved.', removed: 'Deleted.', undo: 'Undo', undone: 'Undone.',
    search: 'Search', none: 'Nothing matches', noneText: 'Change what you look for.', rows: '{{n}} in all', selected: '{{n}} selected', selectAll: 'Select all', selectRow: 'Select {{name}}', more: 'Show more', sort: 'Sort by {{name}}',
    copied: 'Copied', copy: 'Copy', once: 'This is shown once, now. Keep it in a safe place.', help: 'Help: {{name}}', sure: 'Are you sure?', yes: 'Yes',
    changedTitle: 'Somebody else was first', changedText: 'It was saved by somebody else after you loaded it. Loading it again shows theirs, and what you wrote here is gone.', reload: 'Load again', overwrite: 'Overwrite with mine',
    fillIn: 'Still empty: {{label}}', badFormat: 'Not written as it should be: {{label}}', outOfRange: 'Must be {{min}} to {{max}}: {{label}}', seeField: 'Not saved. Correct what is marked in red.', leave: 'There are changes that are not saved.', goOn: 'Go on', discard: 'Discard and close', readOnly: 'You may look at this only. To change it, ask your administrator for the right.', locked: 'Your role does not change this.', lockedSome: 'Your role changes: {{names}}', details: 'Details', columns: 'Columns', required: 'required',
    pending: 'What is saved of the phone system reaches phones once it is applied, under "Pending changes".', pendingAsk: 'What is saved of the phone system reaches phones once an administrator applies it.', toApply: 'Go and apply', toPending: 'See what waits',
  },
)
