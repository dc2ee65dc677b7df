import { defineTexts } from '~/lang/texts'

export const applyTexts = defineTexts(
  'apply',
  {
    title: '적용할 변경', text: '저장한 전화 설정은 여기서 적용해야 전화기에 반영됩니다. 적용하는 동안에도 통화는 끊기지 않습니다.',
    nothing: '모두 적용되어 있습니다', nothingText: '내선, 전화선, 번호를 바꾸면 여기에 나타납니다.', noServers: '적용할 서버가 없습니다', noServersText: 'DIPCAST가 설정 파일을 쓰는 서버가 이 회사에 없습니다. 관리자가 서버의 설정에 pbx를 넣어야 합니다.',
    waits: '적용을 기다리는 변경', allApplied: '적용했습니다', many: '{{what}} {{n}}개', nothingThere: '없음', changes: '무엇이 바뀌나', by: '누가 언제', server: '서버', files: '바뀌는 파일', lastApplied: '마지막 적용', restart: 'Asterisk를 다시 시작해야 반영되는 것', never: '기록 없음', problem: '지금은 적용할 수 없습니다',
    apply: '적용하기', again: '다시 적용하기', applying: '적용하는 중', appliedOn: '적용했습니다. 하고 있던 통화 {{calls}}건은 그대로 이어졌습니다.', appliedQuiet: '적용했습니다. 이제 전화기에 반영됩니다.', appliedNothing: '바뀔 것이 없었습니다.', needsRestart: '일부는 Asterisk를 다시 시작한 뒤에 반영됩니다.', failed: '적용하지 못했습니다. 전에 쓰던 설정이 그대로 쓰입니다.',
    added: '추가', removed: '삭제', changed: '변경', nobody: '설정 파일', unknownChanges: '적용한 기록이 없어, 처음 저장한 뒤의 변경을 모두 보여 줍니다.', onlyPasswords: '비밀번호처럼 보여 주지 않는 것만 바뀌었습니다.', others: '다른 회사의 변경이나 서버 설정도 함께 적용됩니다.',
    details: '파일의 차이', detailsText: 'Asterisk 설정 파일에서 바뀌는 줄입니다. 비밀번호는 보이지 않습니다.', noDiff: '차이가 없습니다.', markOnly: '표시만 바뀝니다.', warnings: '확인할 것', reloads: '다시 읽는 모듈',
    history: '서버에 적용한 기록 (시스템 관리자용)', historyText: '설정을 고치려면 위의 "저장한 기록"에서 되돌린 뒤 적용하세요. 여기서 되돌리는 것은 적용한 뒤 전화가 되지 않을 때만 씁니다: 서버만 전의 상태가 되고, 저장한 설정은 그대로 남아 다시 적용을 기다립니다.', undoApply: '서버를 이 적용 전으로', summaryFiles: '바뀐 파일', noSaved: '저장한 설정은 바뀌지 않음', undoApplyText: '서버의 설정 파일을 이 적용 전으로 되돌립니다. 통화는 끊기지 않습니다. 저장한 설정은 그대로 남아 다시 "적용할 변경"에 나타납니다.', at: '때', who: '누가', outcome: '결과', what: '무엇', ok: '적용됨', undone: '되돌려짐', undoes: '되돌림', rolledBack: '되지 않아 되돌려짐', noHistory: '아직 적용한 적이 없습니다.',
    versions: '저장한 기록', versionsText: '설정을 저장할 때마다 남고, 되돌릴 수 있습니다. 전화기와 전화선의 비밀번호는 지금 것이 유지됩니다.', back: '이 변경 되돌리기', backTo: '이 변경까지 되돌리기', backTitle: '되돌리기: {{what}}', backText: '되돌리면 이렇게 바뀝니다. 되돌린 것도 다시 되돌릴 수 있습니다.', backMore: '그 뒤에 저장한 변경 {{n}}건도 함께 되돌립니다:', backSame: '지금과 다른 것이 없습니다.', waitingMark: '적용 전',
    saved: '되돌렸습니다. 적용해야 전화기에 반영됩니다.', asked: '적용은 "적용할 변경"을 바꿀 수 있는 관리자가 합니다.',
  },
  {
    title: 'Pending changes', text: 'What is saved of the phone system reaches phones once it is applied here. No call is dropped by that.',
    nothing: 'Everything is applied', nothingText: 'Change extensions, trunks or numbers: it will show here.', noServers: 'There is no server to apply to', noServersText: 'DIPCAST writes the files of none of this company’s servers. An operator has to give a server’s configuration a pbx.',
    waits: 'Waiting to be applied', allApplied: 'Applied', many: '{{what}}: {{n}}', nothingThere: 'none', changes: 'What changes', by: 'Who and when', server: 'Server', files: 'Files that change', lastApplied: 'Last applied', restart: 'Counts after a restart of Asterisk', never: 'none known', problem: 'Cannot be applied now',
    apply: 'Apply', again: 'Apply again', applying: 'Applying', appliedOn: 'Applied. Calls that went on: {{calls}}.', appliedQuiet: 'Applied. Phones have it now.', appliedNothing: 'There was nothing to change.', needsRestart: 'Some of it counts after a restart of Asterisk.', failed: 'Not applied. What was used before is used still.',
    added: 'added', removed: 'removed', changed: 'changed', nobody: 'configuration file', unknownChanges: 'No apply is known: this is everything since it was saved first.', onlyPasswords: 'Only what is not shown was changed, such as passwords.', others: 'What others changed for these servers goes along.',
    details: 'Differences of the files', detailsText: 'The lines of Asterisk’s files that change, without passwords.', noDiff: 'There is no difference.', markOnly: 'Only its mark changes.', warnings: 'To be looked at', reloads: 'Modules that are read again',
    history: 'Applied on servers (for operators)', historyText: 'To change settings, take them back under “Saved before”, then apply. What is undone here is for when phones do not work after an apply: only the server goes back, and what is saved stays, and waits to be applied again.', undoApply: 'Put the server back to before this', summaryFiles: 'Files that changed', noSaved: 'nothing that is saved changed', undoApplyText: 'Puts the server’s files back to what they were before. No call is dropped. What is saved stays, and waits to be applied again.', at: 'When', who: 'Who', outcome: 'Result', what: 'What', ok: 'applied', undone: 'undone', undoes: 'an undo', rolledBack: 'did not take, undone', noHistory: 'Nothing was applied yet.',
    versions: 'Saved before', versionsText: 'Each save is kept, and can be taken back. Passwords of phones and trunks stay as they are now.', back: 'Take this change back', backTo: 'Take back up to this one', backTitle: 'Take back: {{what}}', backText: 'This is what will change. It can be taken back too.', backMore: 'Also taken back, as they were saved after it ({{n}}):', backSame: 'Nothing is different from now.', waitingMark: 'not applied',
    saved: 'Taken back. It reaches phones once it is applied.', asked: 'An administrator applies it: somebody who may change “Pending changes”.',
  },
)
