import { IconArrowForwardUp, IconCalendarOff, IconHash, IconMessageCircle, IconPhoneCheck, IconPhoneOff, IconPhoneX, IconPlugConnectedX, IconPrinter, IconSpeakerphone, IconUsers, IconVolume } from '@tabler/icons-react'
import type { TablerIcon } from '@tabler/icons-react'
import type { CDR } from '~/api/schema'
import type { historyTexts } from './texts'

type Key = keyof typeof historyTexts.ko

/** How a call came out: words, a picture and a colour, which all say the same. */
export interface Outcome {
  key: Key
  icon: TablerIcon
  color: string
}

const services: Record<string, Outcome> = {
  voicemail: { key: 'r_voicemail', icon: IconVolume, color: 'violet' },
  mailbox: { key: 's_mailbox', icon: IconVolume, color: 'gray' },
  message: { key: 'r_message', icon: IconMessageCircle, color: 'gray' },
  attendant: { key: 'r_attendant', icon: IconSpeakerphone, color: 'gray' },
  menu: { key: 'r_menu', icon: IconSpeakerphone, color: 'gray' },
  fax: { key: 'r_fax', icon: IconPrinter, color: 'cyan' },
  conference: { key: 'r_conference', icon: IconUsers, color: 'teal' },
  closed: { key: 'r_closed', icon: IconCalendarOff, color: 'orange' },
  notice: { key: 'r_notice', icon: IconSpeakerphone, color: 'gray' },
  code: { key: 'r_code', icon: IconHash, color: 'gray' },
  no_room: { key: 'r_no_room', icon: IconPhoneX, color: 'red' },
}

const reasons: Record<string, Outcome> = {
  no_answer: { key: 'r_no_answer', icon: IconPhoneOff, color: 'orange' },
  busy: { key: 'r_busy', icon: IconPhoneX, color: 'orange' },
  declined: { key: 'r_declined', icon: IconPhoneX, color: 'orange' },
  cancelled: { key: 'r_cancelled', icon: IconPhoneOff, color: 'gray' },
  unavailable: { key: 'r_unavailable', icon: IconPlugConnectedX, color: 'orange' },
  failed: { key: 'r_failed', icon: IconPhoneX, color: 'red' },
  merged: { key: 's_merged', icon: IconArrowForwardUp, color: 'gray' },
  unknown: { key: 's_unknown', icon: IconPhoneOff, color: 'gray' },
}

type Told = Pick<CDR, 'served' | 'answered_by' | 'answered_at' | 'missed' | 'reason' | 'diverted_by'>

/** How a call came out. Somebody who answered counts before the server's own, that before why nobody did. */
export function outcomeOf(c: Told): Outcome {
  if (c.answered_by) {
    return c.diverted_by
      ? { key: 's_divertedAnswered', icon: IconArrowForwardUp, color: 'teal' }
      : { key: 'r_answered', icon: IconPhoneCheck, color: 'teal' }
  }
  const service = services[c.served]
  if (service) {
    return service
  }
  if (c.missed) {
    return { key: 'r_missed', icon: IconPhoneX, color: 'red' }
  }
  return reasons[c.reason] ?? (c.answered_at ? { key: 'r_answered', icon: IconPhoneCheck, color: 'teal' } : reasons.unknown!)
}
