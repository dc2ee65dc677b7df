import { Modal } from '@mantine/core'
import { useTexts } from '~/lang/texts'
import { SoftphoneCode } from '~/parts/SoftphoneCode'
import { partsTexts } from '~/parts/texts'
import { extensionsTexts } from './texts'

/** Makes the code and the link that set up a softphone of an extension. */
export function Softphone({ extension, onClose }: { extension: string; onClose: () => void }) {
  const t = useTexts(extensionsTexts)
  const parts = useTexts(partsTexts)
  return (
    <Modal opened onClose={onClose} title={`${t('softphone')} · ${extension}`} centered closeButtonProps={{ 'aria-label': parts('close') }}>
      <SoftphoneCode extension={extension} />
    </Modal>
  )
}
