import { Button, Tabs, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { call, callTagged } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { useConfirm } from '~/parts/confirm'
import { tellDone } from '~/parts/done'
import { EditDrawer } from '~/parts/EditDrawer'
import { ErrorNote } from '~/parts/ErrorNote'
import { Loading } from '~/parts/Loading'
import { partsTexts } from '~/parts/texts'
import { useMay } from '~/shell/me'
import { Description } from './Description'
import { changeOf, formOf } from './form'
import type { CompanyForm } from './form'
import { CallFields, LimitFields, NameFields, RecordingFields, ServerField } from './Fields'
import { tenantsTexts } from './texts'
import { Versions } from './Versions'

/** A company: what is set of it, its file, its versions. */
export function TenantDrawer({ tenant, onClose }: { tenant: string; onClose: () => void }) {
  const t = useTexts(tenantsTexts)
  const parts = useTexts(partsTexts)
  const may = useMay('tenants', 'change')
  const queries = useQueryClient()
  const [ask, dialog] = useConfirm()
  const [tab, setTab] = useState<string | null>('general')
  const form = useForm<CompanyForm>({ initialValues: formOf() })
  const found = useQuery({ queryKey: ['tenants', 'one', tenant], queryFn: ({ signal }) => callTagged('GET /tenants/{tenant}', { path: { tenant }, signal }), staleTime: 0, gcTime: 0 })
  const company = found.data?.answer.data
  useEffect(() => {
    if (company) {
      const values = formOf(company)
      form.setInitialValues(values)
      form.setValues(values)
      form.resetDirty(values)
    }
    // The form is the same one all the time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [company])
  const changed = () => queries.invalidateQueries({ queryKey: ['tenants'] })
  const save = async (overwrite: boolean) => {
    const whole = changeOf(form.values)
    // Its defaults stand in the form in words: what was not touched is not sent.
    const { recording: _, ...rest } = whole
    await call('PUT /tenants/{tenant}', { path: { tenant }, body: form.isDirty('recording') ? whole : rest, ...(overwrite || !found.data ? {} : { ifMatch: found.data.etag }) })
    await changed()
    tellDone(parts('saved'))
    onClose()
  }
  const disable = () => ask({
    title: t('disableTitle', { name: company?.name ?? tenant }), text: t('disableText'), yes: t('disable'), danger: true,
    act: async () => {
      await call('DELETE /tenants/{tenant}', { path: { tenant } })
      onClose()
      await changed()
      tellDone(t('disabled'))
    },
  })
  return (
    <>
      <EditDrawer opened title={t('change', { name: company?.name ?? tenant })} dirty={form.isDirty()} mayChange={may} onClose={onClose} onSave={save} onReload={() => void found.refetch()}>
        <ErrorNote error={found.error} again={() => void found.refetch()} />
        {!company ? !found.error && <Loading /> : (
          <Tabs value={tab} onChange={setTab} keepMounted={false}>
            <Tabs.List mb="sm">
              <Tabs.Tab value="general">{t('general')}</Tabs.Tab>
              <Tabs.Tab value="limits">{t('limits')}</Tabs.Tab>
              <Tabs.Tab value="recording">{t('recording')}</Tabs.Tab>
              <Tabs.Tab value="file">{t('description')}</Tabs.Tab>
              <Tabs.Tab value="versions">{t('versions')}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="general">
              <Stack gap="sm">
                <NameFields form={form} />
                <ServerField form={form} />
                <CallFields form={form} />
                {may && !company.main && <Button variant="light" color="red" onClick={disable} w="fit-content">{t('disable')}</Button>}
                {may && !company.main && <Text size="xs" c="dimmed">{t('disableHelp')}</Text>}
              </Stack>
            </Tabs.Panel>
            <Tabs.Panel value="limits"><LimitFields form={form} /></Tabs.Panel>
            <Tabs.Panel value="recording"><RecordingFields form={form} /></Tabs.Panel>
            <Tabs.Panel value="file"><Description tenant={tenant} may={may} onDone={() => { void changed() }} /></Tabs.Panel>
            <Tabs.Panel value="versions"><Versions tenant={tenant} version={company.version} may={may} onDone={() => { void changed() }} /></Tabs.Panel>
          </Tabs>
        )}
      </EditDrawer>
      {dialog}
    </>
  )
}
