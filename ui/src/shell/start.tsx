import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import { MantineProvider } from '@mantine/core'
import { Notifications, notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { createRoot } from 'react-dom/client'
import { APIError } from '~/api/client'
import type { Me } from '~/api/types'
import { makeRouter } from './router'
import { MeProvider } from './me'
import './shell.css'
import { shades, theme } from './theme'

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What was refused is refused again; what did not work may work.
      retry: (failures, e) => failures < 2 && e instanceof APIError && (e.status === 0 || e.status >= 500),
    },
  },
})

/** Shows the web to somebody who is signed in. */
export function showShell(root: HTMLElement, me: Me): void {
  const router = makeRouter(me)
  // An undo belongs to the page where something was changed.
  router.subscribe('onBeforeNavigate', (e) => e.pathChanged && notifications.hide('phones-saved'))
  createRoot(root).render(
    <MantineProvider theme={theme} cssVariablesResolver={shades} defaultColorScheme="auto" getStyleNonce={() => window.__webpack_nonce__ ?? ''}>
      <Notifications position="bottom-left" />
      <QueryClientProvider client={queries}>
        <MeProvider me={me}>
          <RouterProvider router={router} />
        </MeProvider>
      </QueryClientProvider>
    </MantineProvider>,
  )
}
