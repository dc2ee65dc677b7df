import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import type { Me } from '~/api/types'
import { pages } from './areas'
import { may } from './me'
import { Broken, NoRight, NotFound } from './Problem'
import { Shell } from './Shell'

/** The pages that somebody sees in the menu. */
export function pagesOf(me: Me) {
  return pages.filter((p) => (p.area === '' || may(me, p.area, p.needs)) && (p.only !== 'operator' || me.role === 'operator') && (p.only !== 'person' || me.extension !== ''))
}

/** Where somebody begins: employees with their own page, others with what happens now. */
export function startOf(me: Me): string {
  const seen = pagesOf(me)
  if (me.role === 'extension' && seen.some((p) => p.path === '/my')) {
    return '/my'
  }
  return (seen.find((p) => p.path === '/live') ?? seen.find((p) => p.group !== 'none') ?? { path: '/account' }).path
}

/** The router for somebody. A new password comes before everything else. */
export function makeRouter(me: Me) {
  const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Broken })
  const seen = new Set(pagesOf(me).map((p) => p.path))
  const forced = ({ location }: { location: { pathname: string } }) => {
    if (me.must_change_password && location.pathname !== '/account') {
      throw redirect({ to: '/account' })
    }
  }
  const routes = pages.map((p) =>
    createRoute({
      getParentRoute: () => root,
      path: p.path,
      beforeLoad: forced,
      component: seen.has(p.path) ? lazyRouteComponent(p.load) : NoRight,
    }),
  )
  const start = createRoute({
    getParentRoute: () => root,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: me.must_change_password ? '/account' : startOf(me) })
    },
  })
  return createRouter({ routeTree: root.addChildren([start, ...routes]), defaultPreload: 'intent', defaultErrorComponent: Broken, scrollRestoration: true })
}
