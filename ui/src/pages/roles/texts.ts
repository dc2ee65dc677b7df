import { defineTexts } from '~/lang/texts'

export const rolesTexts = defineTexts(
  'roles',
  {
    text: '역할은 무엇을 보고 무엇을 바꿀 수 있는지 정합니다. 기본 역할을 본떠 회사의 역할을 만들 수 있습니다.', make: '역할 만들기', name: '이름', nameHelp: '예: 상담 팀장, 인사 담당', kind: '종류', builtIn: '기본 역할', own: '회사 역할', may: '할 수 있는 일', sees: '보기 {{n}}', changes: '바꾸기 {{n}}', copy: '본떠 만들기', copyOf: '{{name}} (사본)', from: '본뜰 역할', fromHelp: '이 역할의 권한에서 시작합니다. 만든 뒤에 하나씩 고칠 수 있습니다.',
    role: '역할: {{name}}', fixed: '기본 역할은 바꿀 수 없습니다. 본떠서 회사 역할을 만드세요.', ofExtension: '이 역할은 자기 내선의 것만 보고 바꿉니다.', area: '영역', none: '없음', see: '보기', change: '바꾸기', only: '몇 가지 설정만', onlyHelp: '고른 설정만 바꿀 수 있습니다. 비우면 모두 바꿀 수 있습니다.', all: '모든 설정', removeTitle: '"{{name}}" 역할을 지울까요?', removeText: '이 역할을 쓰는 사용자가 있으면 지울 수 없습니다. 먼저 그 사용자의 역할을 바꾸세요.', remove: '삭제', removed: '역할을 지웠습니다.', level: '{{area}} 권한', settingsOf: '{{area}}에서 바꿀 수 있는 설정',
  },
  {
    text: 'A role says what somebody sees and changes. Companies make their own from a copy of another.', make: 'Make a role', name: 'Name', nameHelp: 'such as Team lead, Personnel', kind: 'Kind', builtIn: 'built in', own: 'own', may: 'May', sees: 'sees {{n}}', changes: 'changes {{n}}', copy: 'Make a copy', copyOf: '{{name}} (copy)', from: 'Copy of', fromHelp: 'It begins with the rights of this one; each can be changed afterwards.',
    role: 'Role: {{name}}', fixed: 'Built-in roles cannot be changed: make a copy.', ofExtension: 'This role sees and changes what is of its own extension only.', area: 'Area', none: 'none', see: 'see', change: 'change', only: 'Some settings only', onlyHelp: 'Only the chosen ones may be changed. None chosen: all.', all: 'all settings', removeTitle: 'Delete the role “{{name}}”?', removeText: 'It cannot be deleted while users have it: give them another one first.', remove: 'Delete', removed: 'The role is deleted.', level: 'Right to {{area}}', settingsOf: 'What may be changed of {{area}}',
  },
)
