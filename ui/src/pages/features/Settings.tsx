import { NumberInput, Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core'
import type { Calling, CompanySoftphone, FaxSettings, RecordingRules } from '~/api/schema'
import { useTexts } from '~/lang/texts'
import { Setting } from '~/parts/Setting'
import { phonesTexts } from '../phones/texts'
import { SettingsForm } from './SettingsForm'
import { settingsTexts } from './settingsTexts'

/** Which calls are recorded, and for how long recordings are kept. */
export function Recording() {
  const t = useTexts(settingsTexts)
  return (
    <SettingsForm<RecordingRules> path="recording-rules" text={t('recordingText')}>
      {(r, set) => (
        <>
          {(['incoming', 'outgoing', 'internal'] as const).map((way) => (
            <Setting key={way} name={way}>
              <Select label={t(way)} data={[{ value: 'on_demand', label: t('onDemand') }, { value: 'always', label: t('always') }]} value={r[way]} onChange={(v) => v && set({ [way]: v as 'always' })} allowDeselect={false} />
            </Setting>
          ))}
          <Setting name="notice"><Switch label={t('notice')} description={t('noticeText')} checked={r.notice} onChange={(e) => set({ notice: e.currentTarget.checked })} /></Setting>
          <SimpleGrid cols={{ base: 1, xs: 2 }}>
            <Setting name="keep_days"><NumberInput label={t('keepDays')} description={t('keepDaysText')} value={r.keep_days} onChange={(v) => set({ keep_days: typeof v === 'number' ? v : 0 })} min={1} max={3650} allowDecimal={false} allowNegative={false} /></Setting>
            <Setting name="format"><Select label={t('format')} description={t('formatText')} data={['wav', 'mp3', 'opus']} value={r.format} onChange={(v) => v && set({ format: v as 'wav' })} allowDeselect={false} /></Setting>
          </SimpleGrid>
        </>
      )}
    </SettingsForm>
  )
}

/** How faxes are sent, and for how long they are kept. */
export function Fax() {
  const t = useTexts(settingsTexts)
  return (
    <SettingsForm<FaxSettings> path="fax-settings" text={t('faxText')}>
      {(f, set) => (
        <>
          <Setting name="sends"><Switch label={t('sends')} description={t('sendsText')} checked={f.sends} onChange={(e) => set({ sends: e.currentTarget.checked })} /></Setting>
          {f.sends && (
            <>
              <Setting name="station_id"><TextInput label={t('station')} description={t('stationText')} placeholder="+82 2 1234 5678" value={f.station_id} onChange={(e) => set({ station_id: e.currentTarget.value })} pattern="[+0-9 ]{0,20}" maxLength={20} inputMode="tel" /></Setting>
              <Setting name="header"><TextInput label={t('header')} description={t('headerText')} placeholder="Example Co." value={f.header} onChange={(e) => set({ header: e.currentTarget.value })} pattern="[A-Za-z0-9 .:\/+*_\-]{0,50}" maxLength={50} /></Setting>
              <Setting name="keep_days"><NumberInput label={t('faxDays')} description={t('faxDaysText')} placeholder={t('forGood')} value={f.keep_days || ''} onChange={(v) => set({ keep_days: typeof v === 'number' ? v : 0 })} min={0} max={3650} allowDecimal={false} allowNegative={false} /></Setting>
            </>
          )}
        </>
      )}
    </SettingsForm>
  )
}

/** What holds for all calls, and for all softphones. */
export function General() {
  const t = useTexts(settingsTexts)
  const phones = useTexts(phonesTexts)
  return (
    <Stack gap="xl">
      <SettingsForm<Calling> path="calling" text={t('callingText')}>
        {(c, set) => (
          <>
            <Setting name="language"><Select label={phones('language')} description={t('languageText')} data={[{ value: 'ko', label: phones('ko') }, { value: 'en', label: phones('en') }]} value={c.language} onChange={(v) => v && set({ language: v as 'ko' })} allowDeselect={false} /></Setting>
            <Setting name="area_code"><TextInput label={t('area')} description={t('areaText')} placeholder="02" value={c.area_code} onChange={(e) => set({ area_code: e.currentTarget.value.replace(/\D/g, '') })} inputMode="numeric" maxLength={4} /></Setting>
          </>
        )}
      </SettingsForm>
      <SettingsForm<CompanySoftphone> path="softphone" text={t('softphoneText')}>
        {(s, set) => <Setting name="push"><Switch label={t('push')} description={t('pushText')} checked={s.push} onChange={(e) => set({ push: e.currentTarget.checked })} /></Setting>}
      </SettingsForm>
    </Stack>
  )
}
