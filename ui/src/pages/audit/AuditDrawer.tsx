import { Badge, Drawer, Stack, Table, Text, Title } from '@mantine/core'
import { dateTime } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { partsTexts } from '~/parts/texts'
import type { AuditLine } from './AuditPage'
import { auditTexts } from './texts'
import { actionWords, linesOf, valueWords } from './words'

type T = (key: keyof typeof auditTexts.ko) => string

/** The kind of a line in words. */
export function kindText(t: T, kind: string): string {
  const key = kind === 'changed' ? 'changed_kind' : kind
  return key in auditTexts.ko ? t(key as keyof typeof auditTexts.ko) : kind
}

const roles: Record<string, keyof typeof auditTexts.ko> = { operator: 'operator', tenant: 'tenant', extension: 'roleExtension', none: 'roleNone' }
const ways: Record<string, keyof typeof auditTexts.ko> = { login: 'viaLogin', app_key: 'viaKey', session: 'viaSession' }

/** One line of the record: everything that is known, and what was before and after. */
export function AuditDrawer({ line, onClose }: { line?: AuditLine | undefined; onClose: () => void }) {
  const t = useTexts(auditTexts)
  const parts = useTexts(partsTexts)
  const lang = useLanguage()
  const word = (words: Record<string, keyof typeof auditTexts.ko>, v?: string) => (v && words[v] ? t(words[v]) : v)
  const facts: [string, string | undefined][] = line ? [
    [t('time'), dateTime(line.time)], [t('who'), line.name || t('unknownWho')], [t('role'), word(roles, line.role)], [t('via'), word(ways, line.via)], [t('where'), line.remote], [t('company'), line.tenant], [t('extension'), line.extension],
    [t('server'), line.server_id ? String(line.server_id) : undefined], [t('field'), line.field], [t('code'), line.code], [t('action'), line.action], [t('detail'), line.changes.length > 0 ? undefined : line.detail],
  ] : []
  const changes = linesOf(line?.changes ?? [])
  return (
    <Drawer opened={line !== undefined} onClose={onClose} position="right" size="lg" title={line ? actionWords(line.action ?? '', lang) || kindText(t, line.kind) : ''} closeButtonProps={{ 'aria-label': parts('close') }}>
      {line && (
        <Stack gap="md">
          <Badge variant="light">{kindText(t, line.kind)}</Badge>
          <Table variant="vertical" withRowBorders={false} verticalSpacing={4}>
            <Table.Tbody>
              {facts.filter(([, v]) => v).map(([name, v]) => <Table.Tr key={name}><Table.Th w={130} fw={500}>{name}</Table.Th><Table.Td className="any">{v}</Table.Td></Table.Tr>)}
            </Table.Tbody>
          </Table>
          {changes.length > 0 && (
            <section aria-label={t('changes')}>
              <Title order={3} size="h5" mb="xs">{t('changes')}</Title>
              <Stack gap="xs">
                {changes.map((c, i) => (
                  <div key={`${c.field}${i}`}>
                    <Text size="sm" fw={600}>{c.field}</Text>
                    <Side name={t('before')} value={c.before} colour="red" />
                    <Side name={t('after')} value={c.after} colour="green" />
                  </div>
                ))}
              </Stack>
            </section>
          )}
        </Stack>
      )}
    </Drawer>
  )
}

function Side({ name, value, colour }: { name: string; value: unknown; colour: string }) {
  const t = useTexts(auditTexts)
  const words = value === '[redacted]' ? t('secret') : valueWords(value)
  return (
    <Text size="sm" px={8} py={2} bg={words ? `var(--mantine-color-${colour}-light)` : undefined} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      <Text span size="xs" c="dimmed" mr={8}>{name}</Text>{words || <Text span size="sm" c="dimmed">{t('nothing')}</Text>}
    </Text>
  )
}
