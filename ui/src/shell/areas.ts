import type { ComponentType } from 'react'

/** A page: where it is, who sees it, and how it is loaded. */
export interface Page {
  path: string
  /** The text of the menu; see texts.ts. */
  title: string
  /** The area whose right shows it; '' everybody who is signed in. */
  area: string
  group: 'work' | 'mine' | 'phones' | 'people' | 'links' | 'system' | 'none'
  /** operator: only for operators; person: only for somebody with an extension. */
  only?: 'operator' | 'person'
  /** change: seeing the area is not enough. */
  needs?: 'change'
  load: () => Promise<{ default: ComponentType }>
}

/** All pages, in the order of the menu. What is in group none is linked from elsewhere. */
export const pages: Page[] = [
  { path: '/my', title: 'my', area: 'my', group: 'mine', only: 'person', load: () => import('~/pages/my/MyPage') },
  { path: '/live', title: 'live', area: 'live', group: 'work', load: () => import('~/pages/live/LivePage') },
  { path: '/overview', title: 'overview', area: 'overview', group: 'work', load: () => import('~/pages/overview/OverviewPage') },
  { path: '/history', title: 'history', area: 'calls', group: 'work', load: () => import('~/pages/history/HistoryPage') },
  { path: '/history/$call', title: 'call', area: 'calls', group: 'none', load: () => import('~/pages/history/CallPage') },
  { path: '/faxes', title: 'faxes', area: 'faxes', group: 'work', load: () => import('~/pages/faxes/FaxesPage') },
  { path: '/voicemail', title: 'voicemail', area: 'voicemail', group: 'work', load: () => import('~/pages/voicemail/VoicemailPage') },
  { path: '/diversions', title: 'diversions', area: 'diversions', group: 'work', load: () => import('~/pages/diversions/DiversionsPage') },
  { path: '/extensions', title: 'extensions', area: 'extensions', group: 'phones', load: () => import('~/pages/extensions/ExtensionsPage') },
  { path: '/trunks', title: 'trunks', area: 'trunks', group: 'phones', load: () => import('~/pages/trunks/TrunksPage') },
  { path: '/numbers', title: 'numbers', area: 'numbers', group: 'phones', load: () => import('~/pages/numbers/NumbersPage') },
  { path: '/groups', title: 'groups', area: 'groups', group: 'phones', load: () => import('~/pages/groups/GroupsPage') },
  { path: '/attendants', title: 'attendants', area: 'groups', group: 'phones', load: () => import('~/pages/attendants/AttendantsPage') },
  { path: '/times', title: 'times', area: 'times', group: 'phones', load: () => import('~/pages/times/TimesPage') },
  { path: '/features', title: 'features', area: 'features', group: 'phones', load: () => import('~/pages/features/FeaturesPage') },
  { path: '/prompts', title: 'prompts', area: 'prompts', group: 'phones', load: () => import('~/pages/prompts/PromptsPage') },
  { path: '/apply', title: 'apply', area: 'apply', group: 'phones', load: () => import('~/pages/apply/ApplyPage') },
  { path: '/people', title: 'people', area: 'people', group: 'people', load: () => import('~/pages/people/PeoplePage') },
  { path: '/contacts', title: 'contacts', area: 'contacts', group: 'people', load: () => import('~/pages/contacts/ContactsPage') },
  { path: '/users', title: 'users', area: 'users', group: 'people', load: () => import('~/pages/users/UsersPage') },
  { path: '/roles', title: 'roles', area: 'users', group: 'people', load: () => import('~/pages/roles/RolesPage') },
  { path: '/naver-works', title: 'naverworks', area: 'naverworks', group: 'links', load: () => import('~/pages/naverworks/NaverWorksPage') },
  { path: '/webhooks', title: 'webhooks', area: 'webhooks', group: 'links', load: () => import('~/pages/webhooks/WebhooksPage') },
  { path: '/keys', title: 'keys', area: 'keys', group: 'links', load: () => import('~/pages/keys/KeysPage') },
  { path: '/tenants', title: 'tenants', area: 'tenants', group: 'system', load: () => import('~/pages/tenants/TenantsPage') },
  { path: '/servers', title: 'servers', area: 'servers', group: 'system', load: () => import('~/pages/servers/ServersPage') },
  { path: '/audit', title: 'audit', area: 'audit', group: 'system', load: () => import('~/pages/audit/AuditPage') },
  { path: '/system', title: 'system', area: 'system', group: 'system', only: 'operator', load: () => import('~/pages/system/SystemPage') },
  { path: '/guide', title: 'guide', area: 'extensions', needs: 'change', group: 'system', load: () => import('~/pages/guide/GuidePage') },
  { path: '/account', title: 'account', area: '', group: 'none', load: () => import('~/pages/account/AccountPage') },
]
