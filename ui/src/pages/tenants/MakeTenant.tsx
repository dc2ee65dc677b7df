import { Alert, Button, Group, Modal, Stack, Stepper, Textarea, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { FormEvent } from 'react'
import { call, dataOf } from '~/api/client'
import type { Answer } from '~/api/client'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { partsTexts } from '~/parts/texts'
import { To } from '~/parts/To'
import { chooseTenant } from '~/shell/tenant'
import { changeOf, extensionsOf, formOf } from './form'
import type { CompanyForm } from './form'
import { CallFields, NameFields, RecordingFields, ServerField } from './Fields'
import { Passwords } from './Passwords'
import { tenantsTexts } from './texts'

/** Makes a company in three steps, and says what to do next. */
export function MakeTenant({ onClose }: { onClose: () => void }) {
  const t = useTexts(tenantsTexts)
  const parts = useTexts(partsTexts)
  const queries = useQueryClient()
  const [step, setStep] = useState(0)
  const [extensions, setExtensions] = useState('1010-1019')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const [made, setMade] = useState<Answer<'POST /tenants'>>()
  const form = useForm<CompanyForm>({ initialValues: formOf() })
  const servers = useQuery({ queryKey: ['servers'], queryFn: ({ signal }) => dataOf('GET /servers', { signal }) })
  const first = servers.data?.[0]
  if (first && form.values.servers.length === 0 && !form.isTouched('servers')) {
    form.setFieldValue('servers', [String(first.id)])
    form.setTouched({ servers: true })
  }
  const wanted = extensionsOf(extensions)
  async function submit(e: FormEvent) {
    e.preventDefault()
    if (step < 2) {
      setStep(step + 1)
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      const f = changeOf(form.values)
      const answer = await call('POST /tenants', {
        body: { name: f.name!, area_code: f.area_code!, language: form.values.language, lines: f.lines!, history_days: f.history_days!, servers: f.servers!, recording: f.recording!, extensions: wanted.extensions },
      })
      await queries.invalidateQueries({ queryKey: ['tenants'] })
      chooseTenant(answer.data.tenant)
      setMade(answer)
    } catch (failed) {
      setError(failed)
    }
    setBusy(false)
  }
  if (made) {
    return (
      <Modal opened onClose={onClose} size="lg" title={t('made', { name: made.data.name })} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': parts('close') }}>
        {made.passwords && made.passwords.length > 0 && <Passwords list={made.passwords} name={made.data.tenant} />}
        <Title order={3} size="h5" mt="md">{t('nextSteps')}</Title>
        <Group mt="xs">
          <Button component={To} to="/guide" onClick={onClose}>{t('guide')}</Button>
          <Button variant="default" component={To} to="/extensions" onClick={onClose}>{t('toExtensions')}</Button>
          <Button variant="default" component={To} to="/trunks" onClick={onClose}>{t('toTrunks')}</Button>
        </Group>
      </Modal>
    )
  }
  return (
    <Modal opened onClose={onClose} size="lg" title={t('make')} closeOnClickOutside={false} closeButtonProps={{ 'aria-label': parts('close') }}>
      <form onSubmit={(e) => void submit(e)}>
        <Stepper active={step} onStepClick={setStep} allowNextStepsSelect={false} size="sm" mb="md">
          <Stepper.Step label={t('stepName')} />
          <Stepper.Step label={t('stepPhones')} />
          <Stepper.Step label={t('stepRest')} />
        </Stepper>
        <Stack gap="sm">
          {step === 0 && <NameFields form={form} />}
          {step === 1 && (
            <>
              <Textarea label={t('newExtensions')} description={t('newExtensionsHelp')} autosize minRows={3} maxRows={10} value={extensions} onChange={(e) => setExtensions(e.currentTarget.value)} error={wanted.bad.length > 0 ? t('extensionsBad', { what: wanted.bad.slice(0, 5).join(', ') }) : undefined} data-autofocus />
              <CallFields form={form} />
            </>
          )}
          {step === 2 && (
            <>
              {servers.data?.length === 0 ? <Alert color="orange">{t('serversHelp')}</Alert> : <ServerField form={form} />}
              <RecordingFields form={form} />
            </>
          )}
        </Stack>
        <ErrorNote error={error} />
        <Group justify="space-between" mt="lg">
          {step > 0 ? <Button variant="default" onClick={() => setStep(step - 1)}>{t('back')}</Button> : <span />}
          <Button type="submit" loading={busy} disabled={step === 1 && wanted.bad.length > 0}>{step < 2 ? t('next') : t('make')}</Button>
        </Group>
      </form>
    </Modal>
  )
}
