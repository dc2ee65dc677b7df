import { Paper, Text } from '@mantine/core'
import type { CSSProperties } from 'react'

/** What of a message to NAVER WORKS is drawn: flex cards, and templates without colours. */
interface Component {
  type: string
  layout?: string
  contents?: Component[]
  body?: Component
  styles?: { body?: { backgroundColor?: string } }
  text?: string
  size?: string
  weight?: string
  color?: string
  align?: string
  style?: string
  width?: string
  height?: string
  flex?: number
  margin?: string
  backgroundColor?: string
  cornerRadius?: string
  paddingAll?: string
  borderColor?: string
  borderWidth?: string
  action?: { label?: string }
}

interface Message {
  content?: { type?: string; contents?: Component; contentText?: string; text?: string; actions?: { label?: string }[] }
}

const spaces: Record<string, string> = { none: '0', xs: '2px', sm: '4px', md: '8px', lg: '12px', xl: '16px', xxl: '20px' }
const fonts: Record<string, number> = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 27, '3xl': 33 }
const widths: Record<string, number> = { nano: 120, micro: 160, kilo: 260, mega: 320, giga: 386 }
const space = (s: string | undefined) => (s === undefined ? undefined : (spaces[s] ?? s))

/** Black or white, whichever is read on a ground. */
export function readable(ground: string | undefined): string {
  const m = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(ground ?? '')
  if (!m) {
    return '#000000'
  }
  const [r, g, b] = m.slice(1).map((x) => parseInt(x, 16)) as [number, number, number]
  return 0.299 * r + 0.587 * g + 0.114 * b > 150 ? '#000000' : '#ffffff'
}

function Part({ c }: { c: Component }) {
  const box: CSSProperties = { marginTop: space(c.margin) }
  switch (c.type) {
    case 'text':
      return <div style={{ ...box, fontSize: fonts[c.size ?? 'md'] ?? 16, fontWeight: c.weight === 'bold' ? 700 : 400, color: c.color ?? '#000', textAlign: (c.align as 'center') ?? 'left', overflowWrap: 'anywhere', lineHeight: 1.35 }}>{c.text}</div>
    case 'separator':
      return <div style={{ ...box, borderTop: `1px solid ${c.color ?? '#ccc'}` }} />
    case 'filler':
      return <div style={{ flex: 1 }} />
    case 'button': {
      const ground = c.style === 'link' ? 'transparent' : (c.color ?? (c.style === 'primary' ? '#17c950' : '#dcdfe5'))
      // White is what NAVER WORKS writes on such buttons, readable or not. This is a
      // picture of it, so the text's own colour stays one that is read.
      return <div style={{ ...box, background: ground, color: c.style === 'link' ? (c.color ?? '#42659a') : readable(ground), WebkitTextFillColor: c.style === 'primary' ? '#fff' : undefined, borderRadius: 8, padding: c.height === 'sm' ? '8px 10px' : '13px 10px', textAlign: 'center', fontSize: 16 }}>{c.action?.label}</div>
    }
    case 'box':
      return (
        <div
          style={{
            ...box, display: 'flex', flexDirection: c.layout === 'horizontal' || c.layout === 'baseline' ? 'row' : 'column', background: c.backgroundColor, borderRadius: c.cornerRadius === 'sm' ? 4 : c.cornerRadius,
            padding: space(c.paddingAll), width: c.width, height: c.height, flex: c.flex, border: c.borderWidth ? `${c.borderWidth} solid ${c.borderColor ?? '#000'}` : undefined, boxSizing: 'border-box',
          }}
        >
          {c.contents?.map((x, i) => <Part key={i} c={x} />)}
        </div>
      )
    default:
      return null
  }
}

/** A picture of a message as NAVER WORKS would show it, nearly. */
export function Card({ message, label }: { message: unknown; label: string }) {
  const content = (message as Message | undefined)?.content
  const bubble = content?.contents
  if (content?.type === 'flex' && bubble) {
    const { backgroundColor, paddingAll, ...body } = bubble.body ?? { type: 'box' }
    return (
      <div role="img" aria-label={label} style={{ width: widths[bubble.size ?? 'mega'] ?? 300, maxWidth: '100%', background: bubble.styles?.body?.backgroundColor ?? backgroundColor ?? '#fff', border: '1px solid #ccc', borderRadius: 12, padding: space(paddingAll) ?? '20px', boxSizing: 'border-box' }}>
        <Part c={body} />
      </div>
    )
  }
  return (
    <Paper withBorder radius="lg" w={300} maw="100%" role="img" aria-label={label} bg="white" c="black">
      <Text p="md" size="sm">{content?.contentText ?? content?.text}</Text>
      {content?.actions?.map((a, i) => <div key={i} style={{ borderTop: '1px solid #ddd', padding: 10, textAlign: 'center', color: '#1e6fd9', fontSize: 15 }}>{a.label}</div>)}
    </Paper>
  )
}
