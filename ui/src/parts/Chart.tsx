import { useComputedColorScheme } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './chart.css'
import { useLanguage } from '~/lang/texts'

/** A row of values. Bars stand on each other in the order of the series. */
export interface Series {
  label: string
  /** null: there is nothing to say. */
  values: (number | null)[]
  /** A colour of Mantine, such as blue. */
  color: string
  kind: 'bar' | 'line'
}

interface Props {
  /** What the chart shows, for who does not see it; the numbers stand in a table beside it. */
  label: string
  /** Times in ms. */
  at: number[]
  series: Series[]
  /** What a time is called below the chart and in the legend. */
  name: (at: number) => string
  /** What times are called in the legend. */
  timeLabel: string
  height?: number
  /** How much there is at most, drawn as a line; 0: none. */
  limit?: number
}

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--mantine-color-${name}`).trim() || '#888'
}

/** Values of bars with those of the bars below them. */
export function stacked(series: Series[]): (number | null)[][] {
  let below: (number | null)[] | undefined
  return series.map((s) => {
    if (s.kind !== 'bar') {
      return s.values
    }
    const b = below
    const sum = b ? s.values.map((v, i) => (v ?? 0) + (b[i] ?? 0)) : s.values
    below = sum
    return sum
  })
}

/** A chart over time that is quick with thousands of points. */
export function Chart({ label, at, series, name, timeLabel, height = 220, limit = 0 }: Props) {
  const { ref, width } = useElementSize()
  const holder = useRef<HTMLDivElement>(null)
  const scheme = useComputedColorScheme('light')
  const lang = useLanguage()
  const dark = scheme === 'dark'
  useEffect(() => {
    const into = holder.current
    if (!into || width === 0 || at.length === 0) {
      return
    }
    const bars = uPlot.paths.bars!({ size: [0.7, 40], align: 1 })
    const grid = { stroke: color(dark ? 'dark-4' : 'gray-3'), width: 1 }
    const text = color('text')
    const font = '12px system-ui, sans-serif'
    const sums = stacked(series)
    // What stands on something is drawn before it, so that the lower covers it.
    const order = series.map((_, i) => i).reverse()
    const step = at.length > 1 ? at[1]! - at[0]! : 3_600_000
    const chart = new uPlot(
      {
        width, height,
        padding: [8, 8, 0, 0],
        cursor: { y: false, drag: { x: false, y: false } },
        legend: { live: true },
        scales: { x: { time: false, range: () => [at[0]!, at.at(-1)! + step] }, y: { range: (_u, _min, max) => [0, Math.max(4, limit && limit <= max * 2 ? limit * 1.05 : 0, Math.ceil((max || 0) * 1.1))] } },
        axes: [
          { stroke: text, grid: { show: false }, ticks: grid, font, space: 70, splits: (u) => splits(u, at), values: (_u, v) => v.map((x) => name(x)) },
          { stroke: text, grid, ticks: { show: false }, font, size: 42, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000], values: (_u, v) => v.map((x) => x.toLocaleString(lang)) },
        ],
        series: [
          { label: timeLabel, value: (_u, v) => (v === null || v === undefined ? '' : name(v as number)) },
          ...order.map((i) => {
            const s = series[i]!
            const c = color(`${s.color}-${dark ? 5 : 7}`)
            return {
              label: s.label, stroke: c, width: s.kind === 'bar' ? 0 : 2, points: { show: false },
              ...(s.kind === 'bar' ? { fill: c, paths: bars } : {}),
              value: (_u: uPlot, _v: number | null, _s: number, at: number | null) => (at === null ? '' : (s.values[at]?.toLocaleString(lang, { maximumFractionDigits: 1 }) ?? '–')),
            }
          }),
        ],
        hooks: limit > 0 ? { draw: [(u) => line(u, limit, color(`red-${dark ? 5 : 8}`))] } : {},
      },
      [at, ...order.map((i) => sums[i]!)],
      into,
    )
    return () => chart.destroy()
  }, [at, series, name, timeLabel, width, height, limit, dark, lang])
  return (
    <div ref={ref} style={{ minHeight: height + 30 }}>
      <div ref={holder} role="img" aria-label={label} />
    </div>
  )
}

/** Times at the axis: as many as there is room for, at the beginnings of points. */
function splits(u: uPlot, at: number[]): number[] {
  const every = Math.max(1, Math.ceil(at.length / Math.max(2, Math.floor(u.bbox.width / devicePixelRatio / 70))))
  const nice = [1, 2, 3, 4, 6, 7, 12, 14, 24, 28, 48, 96].find((n) => n >= every) ?? every
  return at.filter((_, i) => i % nice === 0)
}

function line(u: uPlot, y: number, c: string) {
  const at = u.valToPos(y, 'y', true)
  if (at < u.bbox.top) {
    return
  }
  u.ctx.save()
  u.ctx.strokeStyle = c
  u.ctx.setLineDash([6, 4])
  u.ctx.lineWidth = 2
  u.ctx.beginPath()
  u.ctx.moveTo(u.bbox.left, at)
  u.ctx.lineTo(u.bbox.left + u.bbox.width, at)
  u.ctx.stroke()
  u.ctx.restore()
}
