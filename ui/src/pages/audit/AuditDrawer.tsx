import { Badge, Drawer, List, Stack, Table, Text, Title } from '@mantine/core'
import { dateTime } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { partsTexts } from '~/parts/texts'
import { Field } from '../apply/Changes'
import type { Called } from '../apply/words'
import type { AuditLine } from './AuditPage'
import { auditTexts } from './texts'
import { changesOf, reasonWords, saidWords, whatWords } from './words'

type T = (key: keyof typeof auditTexts.ko) => string

/** The kind of a line in words. */
export function kindText(t: T, kind: string): string {
  const key = kind === 'changed' ? 'changed_kind' : kind
  return key in auditTexts.ko ? t(key as keyof typeof auditTexts.ko) : kind
}

const roles: Record<string, keyof typeof auditTexts.ko> = { operator: 'operator', tenant: 'tenant', extension: 'roleExtension', none: 'roleNone' }
const ways: Record<string, keyof typeof auditTexts.ko> = { login: 'viaLogin', app_key: 'viaKey', session: 'viaSession' }

/** One line of the record: everything that is known, and what was before and after. */
export function AuditDrawer({ line, company, called, onClose }: { line?: AuditLine | undefined; company: string; called: Called; onClose: () => void }) {
  const t = useTexts(auditTexts)
  const parts = useTexts(partsTexts)
  useLanguage()
  const word = (words: Record<string, keyof typeof auditTexts.ko>, v?: string) => (v && words[v] ? t(words[v]) : v)
  const changes = line ? changesOf(line, called, true) : []
  const more = line?.changes.find((c) => c.field === '…')
  const facts: [string, string | undefined][] = line ? [
    [t('time'), dateTime(line.time)], [t('who'), line.name || t('unknownWho')], [t('role'), word(roles, line.role)], [t('via'), word(ways, line.via)], [t('where'), line.remote], [t('company'), company], [t('extension'), line.extension],
    [t('server'), line.server_id ? String(line.server_id) : undefined], [t('code'), line.code && reasonWords(line)], [t('detail'), line.code || changes.length > 0 || !line.detail ? undefined : saidWords(line.detail, line.action)],
  ] : []
  // As it is kept, for who has to compare it with the table or with the log.
  const kept: [string, string | undefined][] = line ? [[t('action'), line.action], [t('field'), line.field], [t('codeName'), line.code], [t('detail'), line.detail]] : []
  return (
    <Drawer opened={line !== undefined} onClose={onClose} position="right" size="lg" title={line ? whatWords(line, called) || kindText(t, line.kind) : ''} closeButtonProps={{ 'aria-label': parts('close') }}>
      {line && (
        <Stack gap="md">
          <Badge variant="light" tt="none">{kindText(t, line.kind)}</Badge>
          <Facts list={facts} />
          {changes.length > 0 && (
            <section aria-label={t('changes')}>
              <Title order={3} size="h5" mb="xs">{t('changes')}</Title>
              <Stack gap="xs">
                {changes.map((c, i) => (
                  <div key={`${c.what}${i}`}>
                    <Text size="sm" fw={600}>{c.what}{c.how === 'changed' ? '' : ` · ${t(c.how)}`}</Text>
                    <List size="sm" withPadding>{c.fields.map((f, n) => <List.Item key={n} style={{ overflowWrap: 'anywhere' }}><Field of={f} /></List.Item>)}</List>
                  </div>
                ))}
                {more && <Text size="sm" c="dimmed">{t('moreChanges', { n: String(more.after) })}</Text>}
              </Stack>
            </section>
          )}
          <details>
            <Text component="summary" size="sm" c="dimmed" style={{ cursor: 'pointer' }}>{t('kept')}</Text>
            <Text size="xs" c="dimmed" my={4}>{t('masked')}</Text>
            <Facts list={kept} lang="en" />
          </details>
        </Stack>
      )}
    </Drawer>
  )
}

function Facts({ list, lang }: { list: [string, string | undefined][]; lang?: string }) {
  return (
    <Table variant="vertical" withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        {list.filter(([, v]) => v).map(([name, v]) => <Table.Tr key={name}><Table.Th w={130} fw={500}>{name}</Table.Th><Table.Td className="any" {...(lang ? { lang } : {})} style={{ overflowWrap: 'anywhere' }}>{v}</Table.Td></Table.Tr>)}
      </Table.Tbody>
    </Table>
  )
}
