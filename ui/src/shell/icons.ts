import {
  IconAddressBook, IconBell, IconBuilding, IconCalendarTime, IconChartBar, IconClipboardList, IconDeviceLandlinePhone, IconDialpad, IconGitPullRequest, IconHash, IconHistory,
  IconId, IconKey, IconMessageCircle, IconPhoneCall, IconPhoneOutgoing, IconPlugConnected, IconPrinter, IconServer, IconSettings, IconShieldLock, IconSpeakerphone,
  IconRoute, IconUserCircle, IconUsers, IconUsersGroup, IconVolume, IconWebhook,
} from '@tabler/icons-react'
import type { TablerIcon } from '@tabler/icons-react'

/** The pictures of the menu, by the page's title. */
export const icons: Record<string, TablerIcon> = {
  my: IconUserCircle, live: IconPhoneCall, overview: IconChartBar, history: IconHistory, faxes: IconPrinter, voicemail: IconVolume, diversions: IconPhoneOutgoing,
  extensions: IconDeviceLandlinePhone, trunks: IconPlugConnected, numbers: IconHash, groups: IconUsersGroup, attendants: IconDialpad, times: IconCalendarTime, features: IconBell, prompts: IconSpeakerphone, apply: IconGitPullRequest,
  people: IconUsers, contacts: IconAddressBook, users: IconId, roles: IconShieldLock, naverworks: IconMessageCircle, webhooks: IconWebhook, keys: IconKey,
  tenants: IconBuilding, servers: IconServer, audit: IconClipboardList, system: IconSettings, guide: IconRoute,
}
