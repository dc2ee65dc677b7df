import { fetchMe, mayBeIn } from '~/api/session'
import { startLanguage } from '~/lang/lang'

// What a visitor needs first is little: somebody who is not signed in gets a page
// without the rest of the web.
declare global {
  interface Window {
    __webpack_nonce__?: string // read by the package get-nonce, for styles that dialogs add
  }
}

window.__webpack_nonce__ = document.querySelector<HTMLMetaElement>('meta[name=nonce]')?.content
const root = document.getElementById('root')!

async function start() {
  // Most who may be signed in are: their pages come while the gateway is asked.
  const shell = mayBeIn() ? import('~/shell/start') : undefined
  shell?.catch(() => undefined) // whoever awaits it hears of it
  if (shell) {
    void import('~/shell/areas').then(({ pages }) => pages.find((p) => p.path === location.pathname)?.load()).catch(() => undefined) // the router asks again
  }
  const me = await fetchMe()
  await startLanguage(me?.lang)
  if (me) {
    const { showShell } = await (shell ?? import('~/shell/start'))
    showShell(root, me)
  } else {
    const { showSignIn } = await import('~/signin/start')
    showSignIn(root)
  }
}

void start().catch(async (e: unknown) => {
  const { showBroken } = await import('~/signin/broken')
  showBroken(root, e)
})
