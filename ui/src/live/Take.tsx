import { Button, Group, Text, Title } from '@mantine/core'
import { IconDeviceMobile, IconMessage2, IconPhoneIncoming, IconVolume } from '@tabler/icons-react'
import { call as request } from '~/api/client'
import { defineTexts, useTexts } from '~/lang/texts'
import { useMe } from '~/shell/me'
import type { Call } from './store'

const texts = defineTexts(
  'live.take',
  {
    title: '당겨 받기', mine: '이 통화를 가져와 받습니다. 통화 중이던 전화기는 끊깁니다.', theirs: '내선 {{ext}}의 통화를 옮깁니다.',
    desk: '내 자리 전화로', mobile: '내 휴대전화로', assistant: '메시지로 받기', voicemail: '음성사서함으로', theirDesk: '자리 전화로', theirMobile: '휴대전화로',
    done_desk: '내선 {{ext}}이(가) 울립니다.', done_mobile: '휴대전화가 울리면 받아서 1을 누르세요.', done_assistant: '상대에게 메시지를 남기게 했습니다.', done_voicemail: '음성사서함으로 돌렸습니다.',
  },
  {
    title: 'Pick up', mine: 'Takes this call over; the phone that had it is released.', theirs: 'Moves this call of extension {{ext}}.',
    desk: 'To my desk phone', mobile: 'To my mobile', assistant: 'Take a message', voicemail: 'To voicemail', theirDesk: 'To the desk phone', theirMobile: 'To the mobile',
    done_desk: 'Extension {{ext}} rings.', done_mobile: 'When the mobile rings, answer and press 1.', done_assistant: 'The other side is asked for a message.', done_voicemail: 'Sent to voicemail.',
  },
)

/** Takes a call to phones of one's own, or of the extension that was called. */
export function Take({ call: c, brief, busy, act }: { call: Call; brief?: boolean; busy: string; act: (what: string, f: () => Promise<string>) => Promise<void> }) {
  const t = useTexts(texts)
  const me = useMe()
  const ext = me.extension || c.answered_by?.extension || c.to.extension || c.from.extension || ''
  if (!ext) {
    return null
  }
  const own = ext === me.extension
  const take = (to: 'desk' | 'mobile' | 'assistant' | 'voicemail') => void act(to, async () => {
    await request('POST /calls/{call_id}/move', { path: { call_id: c.call_id }, body: { to, extension: ext } })
    return t(`done_${to}`, { ext })
  })
  return (
    <div>
      {!brief && (
        <>
          <Title order={3} size="h5">{t('title')}</Title>
          <Text size="sm" c="dimmed" mb="xs">{own ? t('mine') : t('theirs', { ext })}</Text>
        </>
      )}
      <Group gap="xs">
        <Button size="xs" leftSection={<IconPhoneIncoming size={16} />} loading={busy === 'desk'} onClick={() => take('desk')}>{own ? t('desk') : t('theirDesk')} ({ext})</Button>
        <Button size="xs" variant="light" leftSection={<IconDeviceMobile size={16} />} loading={busy === 'mobile'} onClick={() => take('mobile')}>{own ? t('mobile') : t('theirMobile')}</Button>
        <Button size="xs" variant="default" leftSection={<IconMessage2 size={16} />} loading={busy === 'assistant'} onClick={() => take('assistant')}>{t('assistant')}</Button>
        <Button size="xs" variant="default" leftSection={<IconVolume size={16} />} loading={busy === 'voicemail'} onClick={() => take('voicemail')}>{t('voicemail')}</Button>
      </Group>
    </div>
  )
}
