import { Group, MultiSelect, SegmentedControl, Stack, Text } from '@mantine/core'
import type { Data } from '~/api/client'
import { memberName } from '~/lang/fields'
import { useLanguage, useTexts } from '~/lang/texts'
import { withLevel, withSettings } from './rights'
import type { Rights } from './rights'
import { rolesTexts } from './texts'

type Area = Data<'GET /rights'>[number]

/** Areas and how far a role reaches in each, down to single settings. */
export function Matrix({ areas, rights, fixed, onChange }: { areas: Area[]; rights: Rights; fixed: boolean; onChange: (r: Rights) => void }) {
  const t = useTexts(rolesTexts)
  const lang = useLanguage()
  return (
    <Stack gap={6} component="ul" p={0} m={0}>
      {areas.map((a) => {
        const right = rights[a.area]
        const level = right?.level ?? 'none'
        const title = lang === 'ko' ? a.title : a.title_en
        const levels = [{ value: 'none', label: t('none') }, { value: 'see', label: t('see') }, ...(a.changes || level === 'change' ? [{ value: 'change', label: t('change') }] : [])]
        return (
          <li key={a.area} style={{ listStyle: 'none' }}>
            <Group justify="space-between" gap="xs">
              <Text size="sm">{title}</Text>
              {fixed ? <Text size="sm" fw={level === 'none' ? 400 : 600} c={level === 'none' ? 'dimmed' : undefined}>{t(level)}{right?.settings?.length ? ` (${right.settings.map((name) => memberName(name, a.area)).join(', ')})` : ''}</Text>
                : <SegmentedControl size="xs" data={levels} value={level} aria-label={t('level', { area: title })} onChange={(v) => onChange(withLevel(rights, a.area, v))} />}
            </Group>
            {!fixed && level === 'change' && a.settings.length > 0 && (
              <MultiSelect size="xs" mt={4} aria-label={t('settingsOf', { area: title })} placeholder={right?.settings?.length ? undefined : t('all')} description={right?.settings?.length ? t('onlyHelp') : undefined} data={labelled(a)} value={right?.settings ?? []} onChange={(v) => onChange(withSettings(rights, a.area, v))} searchable clearable />
            )}
          </li>
        )
      })}
    </Stack>
  )
}

/** The settings of an area by what the pages call them; two of one name are told apart by the member. */
function labelled(a: Area): { value: string; label: string }[] {
  const names = a.settings.map((name) => memberName(name, a.area))
  return a.settings.map((name, i) => ({ value: name, label: names.filter((n) => n === names[i]).length > 1 ? `${names[i]} (${name})` : names[i]! }))
}
