import { ActionIcon, AppShell, Burger, Group, Menu, NavLink, ScrollArea, Select, Text, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconLanguage, IconLogout, IconMoon, IconSun, IconUser } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef } from 'react'
import { dataOf, send, whenSignedOut } from '~/api/client'
import { setLanguage } from '~/lang/lang'
import { useLanguage, useTexts } from '~/lang/texts'
import { Loading } from '~/parts/Loading'
import { To } from '~/parts/To'
import { guideHidden } from './guided'
import { pages } from './areas'
import type { Page } from './areas'
import { icons } from './icons'
import { may, useMe } from './me'
import { pagesOf } from './router'
import { chooseTenant, useTenantChoice } from './tenant'
import { shellTexts } from './texts'

const groups = { mine: 'groupMine', work: 'groupWork', phones: 'groupPhones', people: 'groupPeople', links: 'groupLinks', system: 'groupSystem' } as const

const GuideBanner = lazy(() => import('~/pages/guide/GuideBanner'))

/** Pages on which the way to the guide is shown while there is something to do. */
const guided = ['/live', '/overview', '/tenants', '/extensions']

/** The frame around every page: menu, company, language, account. */
export function Shell() {
  const me = useMe()
  const t = useTexts(shellTexts)
  const [open, { toggle, close }] = useDisclosure()
  const path = useRouterState({ select: (s) => s.location.pathname })
  const page = pages.find((p) => p.path === path) ?? pages.find((p) => p.path.includes('$') && path.startsWith(p.path.slice(0, p.path.indexOf('$'))))
  useEffect(() => {
    close()
    document.title = page ? `${t(page.title as never)} · DIPCAST` : 'DIPCAST'
  }, [path, page, t, close])
  // Who does not see that the page changed is put at its beginning.
  const before = useRef(path)
  useEffect(() => {
    const content = document.getElementById('content')
    if (before.current !== path && content && !content.contains(document.activeElement)) {
      content.focus({ preventScroll: true })
    }
    before.current = path
  }, [path])
  const guides = !me.must_change_password && may(me, 'extensions', 'change')
  useFirstGuide(guides && me.role === 'operator' && ['/live', '/overview'].includes(path))
  useEffect(() => whenSignedOut(() => location.reload()), [])
  const seen = me.must_change_password ? [] : pagesOf(me)
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 232, breakpoint: 'md', collapsed: { mobile: !open || me.must_change_password, desktop: me.must_change_password } }} padding={{ base: 'sm', sm: 'md' }}>
      <a href="#content" className="skip" onClick={(e) => { e.preventDefault(); document.getElementById('content')?.focus() }}>{t('skip')}</a>
      <AppShell.Header>
        <Group h="100%" px="sm" justify="space-between" wrap="nowrap" gap="xs">
          <Group gap="xs" wrap="nowrap">
            {!me.must_change_password && <Burger opened={open} onClick={toggle} hiddenFrom="md" size="sm" aria-label={t('menu')} />}
            <To to="/" className="brand">DIPCAST</To>
          </Group>
          <Group gap={4} wrap="nowrap">
            {me.must_change_password ? null : me.role === 'operator' ? <CompanyChoice /> : <Text size="sm" truncate className="company">{me.tenant_name}</Text>}
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <ScrollArea component="nav" aria-label={t('menu')}>
          {(Object.keys(groups) as (keyof typeof groups)[]).map((g) => (
            <MenuGroup key={g} title={t(groups[g])} pages={seen.filter((p) => p.group === g)} path={path} />
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} aria-label={page ? t(page.title as never) : undefined}>
        {guides && guided.includes(path) && !guideHidden(me.username) && <Suspense fallback={null}><GuideBanner /></Suspense>}
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </AppShell.Main>
    </AppShell>
  )
}

/** An operator who begins and has no company yet is led to the guide, once in a visit. */
function useFirstGuide(begins: boolean) {
  const companies = useCompanies(begins)
  const go = useNavigate()
  const none = begins && companies.isSuccess && companies.data.length === 0
  useEffect(() => {
    if (none && !sessionStorage.getItem('dipcast.guided')) {
      sessionStorage.setItem('dipcast.guided', 'yes')
      void go({ to: '/guide' })
    }
  }, [none, go])
}

function MenuGroup({ title, pages, path }: { title: string; pages: Page[]; path: string }) {
  const t = useTexts(shellTexts)
  if (pages.length === 0) {
    return null
  }
  return (
    <section aria-label={title}>
      <Text size="xs" fw={700} c="dimmed" px="xs" pt="xs" pb={2} aria-hidden>{title}</Text>
      {pages.map((p) => {
        const Icon = icons[p.title]
        const here = path === p.path || path.startsWith(`${p.path}/`)
        return <NavLink key={p.path} component={To} to={p.path} label={t(p.title as never)} active={here} aria-current={here ? 'page' : undefined} leftSection={Icon && <Icon size={18} stroke={1.6} aria-hidden />} className="menu" />
      })}
    </section>
  )
}

/** The companies that there are, for operators. */
export function useCompanies(enabled = true) {
  return useQuery({ queryKey: ['tenants', 'choice'], enabled, queryFn: ({ signal }) => dataOf('GET /tenants', { signal }) })
}

function CompanyChoice() {
  const t = useTexts(shellTexts)
  const choice = useTenantChoice()
  const companies = useCompanies()
  const list = companies.data?.map((c) => ({ value: `T${c.number}`, label: c.name })) ?? []
  useEffect(() => {
    const first = list[0]
    if (companies.isSuccess && !list.some((c) => c.value === choice) && (choice !== '' || first)) {
      chooseTenant(first?.value ?? '')
    }
  })
  return <Select size="xs" w={170} aria-label={t('company')} placeholder={t('chooseCompany')} data={list} value={choice || null} onChange={(v) => chooseTenant(v ?? '')} searchable allowDeselect={false} comboboxProps={{ width: 260, position: 'bottom-end' }} />
}

function AccountMenu() {
  const me = useMe()
  const t = useTexts(shellTexts)
  const lang = useLanguage()
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const other = lang === 'ko' ? 'en' : 'ko'
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" size="lg" aria-label={`${t('userMenu')}: ${me.name || me.username}`}><IconUser size={20} /></ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.name || me.username}{me.extension ? ` · ${me.extension}` : ''}</Menu.Label>
        <Menu.Item component={To} to="/account" leftSection={<IconUser size={16} />}>{t('account')}</Menu.Item>
        <Menu.Item lang={other} leftSection={<IconLanguage size={16} />} onClick={() => void setLanguage(other).then(() => send('PUT', '/api/v2/session', JSON.stringify({ lang: other }), { 'Content-Type': 'application/json' })).catch(() => undefined)}>{t('language')}</Menu.Item>
        <Menu.Item leftSection={scheme === 'dark' ? <IconSun size={16} /> : <IconMoon size={16} />} onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}>{scheme === 'dark' ? t('light') : t('dark')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void fetch('/api/v2/session', { method: 'DELETE' }).finally(() => location.assign('/'))}>{t('signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
