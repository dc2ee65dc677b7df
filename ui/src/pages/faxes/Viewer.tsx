import { ActionIcon, Alert, Anchor, Button, Group, Loader, Modal, Text } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { IconChevronLeft, IconChevronRight, IconDownload, IconRotateClockwise, IconZoomIn, IconZoomOut, IconZoomReset } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { pathOf } from '~/api/client'
import type { Fax } from '~/api/schema'
import { dateTime, phone } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { To } from '~/parts/To'
import { useMay, useTenant } from '~/shell/me'
import { FaxStatus } from './FaxStatus'
import { faxTexts } from './texts'
import './fax.css'

const zooms = [0.5, 0.75, 1, 1.5, 2, 3, 4]

/** How large a picture and the room around it are, turned by quarters, so that it is as wide as wanted. */
export function turned(wanted: number, ratio: number, turns: number): { w: number; h: number; boxH: number } {
  const across = turns % 2 === 1
  const [w, h] = across ? [wanted / ratio, wanted] : [wanted, wanted * ratio]
  return { w, h, boxH: across ? w : h }
}

/** The pages of a fax, one at a time: larger and smaller, turned, saved. Arrows change the page, + - and R the rest. */
export function Viewer({ fax, onClose, children }: { fax: Fax; onClose: () => void; children?: ReactNode }) {
  const t = useTexts(faxTexts)
  const tenant = useTenant()
  const mayCalls = useMay('calls')
  const [page, setPage] = useState(1)
  const [zoom, setZoom] = useState(2)
  const [turns, setTurns] = useState(0)
  const number = phone(fax.other) || t('anonymous')
  const file = (kind: string) => pathOf(`/faxes/{id}/${kind}`, { id: fax.id }, tenant.query)
  const turn = (by: number) => setPage((p) => Math.min(Math.max(1, p + by), Math.max(1, fax.pages)))
  const larger = (by: number) => setZoom((z) => Math.min(Math.max(0, z + by), zooms.length - 1))
  const key = (e: KeyboardEvent) => {
    const act: Record<string, () => void> = { ArrowLeft: () => turn(-1), PageUp: () => turn(-1), ArrowRight: () => turn(1), PageDown: () => turn(1), '+': () => larger(1), '=': () => larger(1), '-': () => larger(-1), r: () => setTurns((n) => (n + 1) % 4) }
    if (act[e.key] && !e.ctrlKey && !e.metaKey && !e.altKey) {
      e.preventDefault()
      act[e.key]!()
    }
  }
  const tool = (name: string, icon: ReactNode, act: () => void, disabled = false) => (
    <ActionIcon variant="default" size="lg" aria-label={name} title={name} onClick={act} disabled={disabled}>{icon}</ActionIcon>
  )
  const name = `fax-${fax.begun_at.slice(0, 10)}-${fax.other || 'unknown'}`
  return (
    <Modal opened onClose={onClose} fullScreen title={`${t('viewer', { number })} · ${dateTime(fax.begun_at)}`} closeButtonProps={{ 'aria-label': t('close') }} onKeyDown={key}>
      <Group gap="xs" mb="xs">
        {tool(t('previous'), <IconChevronLeft size={18} />, () => turn(-1), page <= 1)}
        <Text size="sm" className="number" aria-live="polite">{t('page', { page: Math.min(page, fax.pages), pages: fax.pages })}</Text>
        {tool(t('next'), <IconChevronRight size={18} />, () => turn(1), page >= fax.pages)}
        {tool(t('zoomOut'), <IconZoomOut size={18} />, () => larger(-1), zoom === 0)}
        {tool(t('fit'), <IconZoomReset size={18} />, () => setZoom(2))}
        {tool(t('zoomIn'), <IconZoomIn size={18} />, () => larger(1), zoom === zooms.length - 1)}
        {tool(t('rotate'), <IconRotateClockwise size={18} />, () => setTurns((n) => (n + 1) % 4))}
        {fax.pages > 0 && <Button component="a" href={file('pdf')} download={`${name}.pdf`} size="sm" variant="light" leftSection={<IconDownload size={16} />}>{t('pdf')}</Button>}
        {fax.pages > 0 && <Button component="a" href={file('tiff')} download={`${name}.tif`} size="sm" variant="subtle" visibleFrom="sm">{t('tiff')}</Button>}
        {children}
        {mayCalls && fax.call_id && <Anchor component={To} to={`/history/${fax.call_id}`} size="sm">{t('call')}</Anchor>}
      </Group>
      <Group gap="md" mb="xs">
        <FaxStatus fax={fax} />
        {fax.station && <Text size="xs" c="dimmed">{t('station')}: {phone(fax.station)}</Text>}
        {fax.mode && <Text size="xs" c="dimmed">{t(fax.mode === 't38' ? 't38' : 'audio')}{fax.rate > 0 && ` · ${fax.rate} bit/s`}</Text>}
        {fax.damaged_lines > 0 && <Text size="xs" c="dimmed">{t('damaged', { n: fax.damaged_lines })}</Text>}
      </Group>
      {fax.pages === 0 ? <Text>{t('noPages')}</Text> : <Sheet key={`${fax.id} ${page}`} src={file(`pages/${page}.png`)} alt={t('pageAlt', { page })} zoom={zooms[zoom]!} turns={turns} />}
    </Modal>
  )
}

function Sheet({ src, alt, zoom, turns }: { src: string; alt: string; zoom: number; turns: number }) {
  const t = useTexts(faxTexts)
  const { ref, width } = useElementSize()
  const [ratio, setRatio] = useState(0)
  const [broken, setBroken] = useState(false)
  useEffect(() => setBroken(false), [src])
  const wanted = Math.max(100, Math.min(width, 1000) * zoom)
  const { w, h, boxH } = turned(wanted, ratio || 1.414, turns)
  return (
    <div className="fax-desk" tabIndex={0} role="region" aria-label={alt}>
      <div ref={ref} />
      {broken ? <Alert color="red" role="alert">{t('noImage')}</Alert> : (
        <div className="fax-room" style={{ width: wanted, height: boxH }}>
          {ratio === 0 && <Loader size="sm" />}
          <img
            src={src} alt={alt} draggable={false} onError={() => setBroken(true)} onLoad={(e) => setRatio(e.currentTarget.naturalHeight / Math.max(1, e.currentTarget.naturalWidth))}
            style={{ width: w, height: h, left: (wanted - w) / 2, top: (boxH - h) / 2, transform: `rotate(${turns * 90}deg)`, visibility: ratio === 0 ? 'hidden' : undefined }}
          />
        </div>
      )}
    </div>
  )
}
