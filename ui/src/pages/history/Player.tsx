import { ActionIcon, Button, Group, SegmentedControl, Text } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconPlayerSkipBack, IconRewindBackward10, IconRewindForward10 } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent, PointerEvent } from 'react'
import { errorOf } from '~/api/client'
import { duration } from '~/lang/format'
import { useTexts } from '~/lang/texts'
import { ErrorNote } from '~/parts/ErrorNote'
import { peaksOfSound } from './peaks'
import { soundTexts } from './soundTexts'
import './call.css'

const speeds = ['0.75', '1', '1.25', '1.5', '2']
const parts = 600

/**
 * Plays a sound with its waveform: by click and by keyboard (blank, arrows, home,
 * end) to any place, at several speeds. The sound comes in parts, so an hour begins
 * at once; the waveform appears when all of it is there.
 */
export function Player({ src, seconds, label, autoplay }: { src: string; seconds: number; label: string; autoplay?: boolean }) {
  const t = useTexts(soundTexts)
  const audio = useRef<HTMLAudioElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [peaks, setPeaks] = useState<Float32Array>()
  const [error, setError] = useState<unknown>()
  const [tries, setTries] = useState(0)
  const [at, setAt] = useState(0)
  const [length, setLength] = useState(seconds)
  const [playing, setPlaying] = useState(false)
  const [speed, setSpeed] = useState('1')

  useEffect(() => {
    const stop = new AbortController()
    setError(undefined)
    void (async () => {
      try {
        const answer = await fetch(src, { signal: stop.signal })
        if (!answer.ok) {
          throw await errorOf(answer)
        }
        setPeaks(await peaksOfSound(await answer.arrayBuffer(), parts))
      } catch (e) {
        if (!stop.signal.aborted) {
          setError(e)
        }
      }
    })()
    return () => stop.abort()
  }, [src, tries])

  useEffect(() => {
    const c = canvas.current
    if (!c) {
      return
    }
    const draw = () => drawWave(c, peaks, length > 0 ? at / length : 0)
    draw()
    const watch = new ResizeObserver(draw)
    watch.observe(c)
    return () => watch.disconnect()
  }, [peaks, at, length])

  useEffect(() => {
    if (audio.current) {
      audio.current.playbackRate = Number(speed)
      audio.current.preservesPitch = true
    }
  }, [speed])

  const go = (to: number) => {
    const a = audio.current
    if (a) {
      a.currentTime = Math.min(Math.max(0, to), length)
      setAt(a.currentTime)
    }
  }
  const toggle = () => {
    const a = audio.current
    if (a) {
      void (a.paused ? a.play().catch(() => undefined) : a.pause())
    }
  }
  const key = (e: KeyboardEvent) => {
    const to: Record<string, () => void> = {
      ' ': toggle, Enter: toggle, ArrowLeft: () => go(at - 5), ArrowRight: () => go(at + 5), PageDown: () => go(at - 30), PageUp: () => go(at + 30), Home: () => go(0), End: () => go(length),
    }
    const act = to[e.key]
    if (act) {
      e.preventDefault()
      act()
    }
  }
  const point = (e: PointerEvent<HTMLCanvasElement>) => {
    if (e.type === 'pointermove' && e.buttons !== 1) {
      return
    }
    const r = e.currentTarget.getBoundingClientRect()
    go(((e.clientX - r.left) / r.width) * length)
  }
  if (error) {
    return <ErrorNote error={error} again={() => setTries((n) => n + 1)} />
  }
  return (
    <div role="group" aria-label={label}>
      <canvas
        ref={canvas} className="wave" tabIndex={0} role="slider" aria-label={t('position')} aria-valuemin={0} aria-valuemax={Math.round(length)} aria-valuenow={Math.round(at)}
        aria-valuetext={t('at', { at: duration(at), length: duration(length) })} onPointerDown={point} onPointerMove={point} onKeyDown={key}
      />
      <audio
        ref={audio} src={src} preload="auto" autoPlay={autoplay}
        onTimeUpdate={(e) => setAt(e.currentTarget.currentTime)} onPlay={() => setPlaying(true)} onPause={() => setPlaying(false)} onEnded={() => setPlaying(false)}
        onLoadedMetadata={(e) => Number.isFinite(e.currentTarget.duration) && setLength(e.currentTarget.duration)}
      />
      <Group mt={6} gap="xs" justify="space-between">
        <Group gap={4}>
          <Button size="compact-md" leftSection={playing ? <IconPlayerPause size={18} /> : <IconPlayerPlay size={18} />} onClick={toggle}>{playing ? t('pause') : t('play')}</Button>
          <ActionIcon variant="subtle" size="lg" aria-label={t('toStart')} title={t('toStart')} onClick={() => go(0)}><IconPlayerSkipBack size={20} /></ActionIcon>
          <ActionIcon variant="subtle" size="lg" aria-label={t('back10')} title={t('back10')} onClick={() => go(at - 10)}><IconRewindBackward10 size={20} /></ActionIcon>
          <ActionIcon variant="subtle" size="lg" aria-label={t('on10')} title={t('on10')} onClick={() => go(at + 10)}><IconRewindForward10 size={20} /></ActionIcon>
          <Text size="sm" className="number">{duration(at)} / {duration(length)}</Text>
        </Group>
        <SegmentedControl size="xs" aria-label={t('speed')} data={speeds.map((s) => ({ value: s, label: `${s}×` }))} value={speed} onChange={setSpeed} />
      </Group>
    </div>
  )
}

/** Draws bars, those that were heard in the colour of the theme, and a line where it is. */
function drawWave(c: HTMLCanvasElement, peaks: Float32Array | undefined, done: number) {
  const dots = window.devicePixelRatio || 1
  const [w, h] = [c.clientWidth, c.clientHeight]
  const g = c.getContext('2d')
  if (!g || w === 0) {
    return
  }
  c.width = w * dots
  c.height = h * dots
  g.scale(dots, dots)
  const style = getComputedStyle(c)
  const heard = style.getPropertyValue('--mantine-primary-color-filled').trim() || 'blue'
  const bars = Math.max(1, Math.floor(w / 3))
  for (let i = 0; i < bars; i++) {
    let peak = 0
    if (peaks) {
      const from = Math.floor((i * peaks.length) / bars)
      const to = Math.max(from + 1, Math.floor(((i + 1) * peaks.length) / bars))
      for (let j = from; j < to; j++) {
        peak = Math.max(peak, peaks[j] ?? 0)
      }
    }
    const tall = Math.max(2, peak * (h - 8))
    g.fillStyle = i / bars < done ? heard : style.color
    g.fillRect(i * 3, (h - tall) / 2, 2, tall)
  }
  g.fillStyle = heard
  g.fillRect(Math.min(w - 2, done * w), 0, 2, h)
}
