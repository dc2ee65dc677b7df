import { Button, Group, Text, Title } from '@mantine/core'
import { IconDeviceMobile, IconMessage2, IconPhoneIncoming, IconVolume } from '@tabler/icons-react'
import { call as request } from '~/api/client'
import { defineTexts, useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { useMe } from '~/shell/me'
import type { Call } from './store'
import { extensionsOf } from './words'

const texts = defineTexts(
  'live.take',
  {
    title: '당겨 받기', mine: '이 통화를 가져와 받습니다. 통화 중이던 전화기는 끊깁니다.', theirs: '내선 {{ext}}의 통화를 옮깁니다.',
    desk: '내 자리 전화로', mobile: '내 휴대전화로', assistant: '메시지로 받기', voicemail: '음성사서함으로', assistantTip: '건 사람이 비서의 안내를 듣고 메시지를 남깁니다. 메시지는 네이버웍스 대화방으로 옵니다.', voicemailTip: '건 사람이 음성사서함에 메시지를 남깁니다. 메시지는 음성사서함 페이지에서 듣습니다.', sure: '통화 중인 상대를 보낼까요?', sureText: '지금 통화는 여기서 끝나고, 상대는 메시지를 남기라는 안내를 듣습니다.', theirDesk: '자리 전화로', theirMobile: '휴대전화로',
    done_desk: '내선 {{ext}} 전화기가 울립니다.', done_mobile: '휴대전화가 울리면 받아서 1을 누르세요.', done_assistant: '상대에게 메시지를 남기게 했습니다.', done_voicemail: '음성사서함으로 돌렸습니다.',
  },
  {
    title: 'Pick up', mine: 'Takes this call over; the phone that had it is released.', theirs: 'Moves this call of extension {{ext}}.',
    desk: 'To my desk phone', mobile: 'To my mobile', assistant: 'Take a message', voicemail: 'To voicemail', assistantTip: 'The caller hears the assistant and leaves a message, which comes to the chat of NAVER WORKS.', voicemailTip: 'The caller leaves a message in the mailbox, to be heard on the page Voicemail.', sure: 'Send away whom you talk with?', sureText: 'Your call ends here, and the other side is asked to leave a message.', theirDesk: 'To the desk phone', theirMobile: 'To the mobile',
    done_desk: 'Extension {{ext}} rings.', done_mobile: 'When the mobile rings, answer and press 1.', done_assistant: 'The other side is asked for a message.', done_voicemail: 'Sent to voicemail.',
  },
)

/** Takes a call to phones of one's own, or of the extension that was called. */
export function Take({ call: c, brief, busy, act }: { call: Call; brief?: boolean; busy: string; act: (what: string, f: () => Promise<string>) => Promise<void> }) {
  const t = useTexts(texts)
  const me = useMe()
  const [ask, dialog] = useConfirm()
  const ext = me.extension || c.answered_by?.extension || c.to.extension || c.from.extension || ''
  if (!ext) {
    return null
  }
  const own = ext === me.extension
  const take = (to: 'desk' | 'mobile' | 'assistant' | 'voicemail') => void act(to, async () => {
    await request('POST /calls/{call_id}/move', { path: { call_id: c.call_id }, body: { to, extension: ext } })
    return t(`done_${to}`, { ext })
  })
  // Who talks on the desk phone has the call there, and who called somebody does
  // not take a message from them.
  const talks = c.state === 'answered' && extensionsOf(c).includes(ext)
  const called = c.from.extension !== ext
  const send = (to: 'assistant' | 'voicemail') => (talks ? ask({ title: t('sure'), text: t('sureText'), yes: t(to), act: () => take(to) }) : take(to))
  return (
    <div>
      {!brief && (
        <>
          <Title order={3} size="h5">{t('title')}</Title>
          <Text size="sm" c="dimmed" mb="xs">{own ? t('mine') : t('theirs', { ext })}</Text>
        </>
      )}
      <Group gap="xs">
        {!(own && talks) && <Button size="xs" leftSection={<IconPhoneIncoming size={16} />} loading={busy === 'desk'} onClick={() => take('desk')}>{own ? t('desk') : t('theirDesk')} ({ext})</Button>}
        <Button size="xs" variant="light" leftSection={<IconDeviceMobile size={16} />} loading={busy === 'mobile'} onClick={() => take('mobile')}>{own ? t('mobile') : t('theirMobile')}</Button>
        {called && <Button size="xs" variant="default" leftSection={<IconMessage2 size={16} />} title={t('assistantTip')} loading={busy === 'assistant'} onClick={() => send('assistant')}>{t('assistant')}</Button>}
        {called && <Button size="xs" variant="default" leftSection={<IconVolume size={16} />} title={t('voicemailTip')} loading={busy === 'voicemail'} onClick={() => send('voicemail')}>{t('voicemail')}</Button>}
      </Group>
      {dialog}
    </div>
  )
}
