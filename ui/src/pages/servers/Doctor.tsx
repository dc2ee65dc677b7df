import { Alert, Badge, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { IconStethoscope } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { dataOf } from '~/api/client'
import { dateTime } from '~/lang/format'
import { useLanguage, useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { serversTexts } from './texts'

const order = { error: 0, warning: 1, ok: 2 } as const
const colours = { error: 'red', warning: 'orange', ok: 'teal' } as const
const words = { error: 'failed', warning: 'warned', ok: 'good' } as const

/** What the doctor finds on a server, the worst first, each with what mends it. */
export function Doctor({ id, name, onClose }: { id: number; name: string; onClose: () => void }) {
  const t = useTexts(serversTexts)
  const parts = useTexts(partsTexts)
  const lang = useLanguage()
  const found = useQuery({ queryKey: ['servers', 'doctor', id], queryFn: ({ signal }) => dataOf('GET /servers/{server_id}/doctor', { path: { server_id: id }, signal }), staleTime: 0, gcTime: 0, retry: false, refetchOnWindowFocus: false })
  const list = [...(found.data?.findings ?? [])].sort((a, b) => order[a.severity] - order[b.severity])
  return (
    <Modal opened onClose={onClose} size="lg" title={`${t('doctor')}: ${name}`} closeButtonProps={{ 'aria-label': parts('close') }}>
      <Text size="sm" c="dimmed" mb="sm">{t('doctorText')}</Text>
      <ErrorNote error={found.error} />
      {found.isFetching && <><Loading /><Text size="sm" ta="center" role="status">{t('checking')}</Text></>}
      {!found.isFetching && found.data && (
        <Stack gap="xs">
          {list.every((f) => f.severity === 'ok') && <Alert color="teal" variant="light" role="status">{t('allGood')}</Alert>}
          {list.map((f, i) => (
            <Group key={i} align="flex-start" wrap="nowrap" gap="sm">
              <Badge color={colours[f.severity]} variant="light" miw={56}>{t(words[f.severity])}</Badge>
              <div>
                <Text size="sm">{f.text[lang]}</Text>
                {f.remedy && <Text size="sm" mt={2}><b>{t('remedy')}:</b> {f.remedy[lang]}</Text>}
              </div>
            </Group>
          ))}
          <Text size="xs" c="dimmed">{t('checkedAt', { time: dateTime(found.data.at) })}</Text>
        </Stack>
      )}
      <Group justify="flex-end" mt="md">
        <Button leftSection={<IconStethoscope size={16} />} variant="default" disabled={found.isFetching} onClick={() => void found.refetch()}>{parts('again')}</Button>
        <Button onClick={onClose}>{parts('close')}</Button>
      </Group>
    </Modal>
  )
}
