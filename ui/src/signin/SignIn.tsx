import { useEffect, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { askPasskey, knowsPasskeys } from '~/api/passkey'
import type { Question } from '~/api/passkey'
import { setLanguage } from '~/lang/lang'
import { useLanguage, useTexts } from '~/lang/texts'
import './signin.css'
import { signInTexts } from './texts'

type Wrong = 'wrong' | 'wrongCode' | 'often' | 'later' | 'private' | 'passkeyNo'

/** Where somebody goes once they are signed in: where they were, or the start. */
function enter() {
  location.reload()
}

/** The page on which somebody signs in. */
export function SignIn() {
  const t = useTexts(signInTexts)
  const lang = useLanguage()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [shown, setShown] = useState(false)
  const [needsCode, setNeedsCode] = useState(false)
  const [wrong, setWrong] = useState<{ what: Wrong; minutes: number }>()
  const [busy, setBusy] = useState(false)
  const [works, setWorks] = useState(false)
  const [passkeys, setPasskeys] = useState(false)
  const codeField = useRef<HTMLInputElement>(null)

  useEffect(() => {
    document.title = `${t('title')} · DIPCAST`
  }, [t])
  useEffect(() => {
    void fetch('/api/v2/session/ways').then(async (a) => {
      const ways = a.ok ? ((await a.json()) as { data: { naver_works?: boolean; passkeys?: boolean } }).data : {}
      setWorks(ways.naver_works === true)
      setPasskeys(ways.passkeys === true && knowsPasskeys())
    }, () => undefined)
  }, [])
  useEffect(() => {
    if (needsCode) {
      codeField.current?.focus()
    }
  }, [needsCode])

  async function signIn(e: FormEvent) {
    e.preventDefault()
    setBusy(true)
    setWrong(undefined)
    try {
      const answer = await fetch('/api/v2/session', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ username: username.trim(), password, ...(needsCode && code ? { code: code.trim() } : {}) }),
      })
      if (answer.ok) {
        enter()
        return
      }
      const body = (await answer.json().catch(() => ({}))) as { field?: string }
      if (answer.status === 401 && body.field === 'code') {
        if (needsCode) {
          setWrong({ what: 'wrongCode', minutes: 0 })
          setCode('')
        }
        setNeedsCode(true)
      } else {
        const minutes = Math.max(1, Math.ceil(Number(answer.headers.get('Retry-After') ?? 60) / 60))
        const what = answer.status === 401 ? 'wrong' : answer.status === 429 ? 'often' : answer.status === 403 ? 'private' : 'later'
        setWrong({ what, minutes })
      }
    } catch {
      setWrong({ what: 'later', minutes: 0 })
    }
    setBusy(false)
  }

  async function byPasskey() {
    setBusy(true)
    setWrong(undefined)
    try {
      const headers = { 'Content-Type': 'application/json' }
      let answer = await fetch('/api/v2/session/passkey/begin', { method: 'POST', headers })
      if (answer.ok) {
        const proof = await askPasskey(((await answer.json()) as { data: Question }).data).catch(() => undefined)
        answer = proof ? await fetch('/api/v2/session/passkey', { method: 'POST', headers, body: JSON.stringify(proof) }) : new Response(null, { status: 401 })
      }
      if (answer.ok) {
        enter()
        return
      }
      const minutes = Math.max(1, Math.ceil(Number(answer.headers.get('Retry-After') ?? 60) / 60))
      setWrong({ what: answer.status === 401 ? 'passkeyNo' : answer.status === 429 ? 'often' : 'later', minutes })
    } catch {
      setWrong({ what: 'later', minutes: 0 })
    }
    setBusy(false)
  }

  const here = location.pathname + location.search
  return (
    <main className="signin">
      <h1>DIPCAST</h1>
      <form onSubmit={signIn} aria-label={t('title')}>
        <label>
          {t('username')}
          <input name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus required value={username} onChange={(e) => setUsername(e.target.value)} aria-describedby="username-help" />
          <small id="username-help">{t('usernameHelp')}</small>
        </label>
        <div className="field">
          <label htmlFor="password">{t('password')}</label>
          <span className="secret">
            <input id="password" name="password" type={shown ? 'text' : 'password'} autoComplete="current-password" required value={password} onChange={(e) => setPassword(e.target.value)} />
            <button type="button" aria-label={t(shown ? 'hide' : 'show')} title={t(shown ? 'hide' : 'show')} onClick={() => setShown(!shown)}>
              <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" aria-hidden>
                <path d="M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7S2 12 2 12z" /><circle cx="12" cy="12" r="3" />{shown && <path d="M4 4l16 16" />}
              </svg>
            </button>
          </span>
        </div>
        {needsCode && (
          <label>
            {t('code')}
            <input ref={codeField} name="code" inputMode="text" autoComplete="one-time-code" required value={code} onChange={(e) => setCode(e.target.value)} aria-describedby="code-help" />
            <small id="code-help">{t('codeHelp')}</small>
          </label>
        )}
        <p role="alert" className={wrong ? 'wrong' : 'wrong empty'}>{wrong ? t(wrong.what, { minutes: wrong.minutes }) : ''}</p>
        <button type="submit" disabled={busy}>{t('in')}</button>
      </form>
      {(works || passkeys) && <p className="or">{t('or')}</p>}
      {passkeys && <button type="button" className="second" disabled={busy} onClick={() => void byPasskey()}>{t('passkey')}</button>}
      {works && <a className="button" href={`/login/works?to=${encodeURIComponent(here)}`}>{t('works')}</a>}
      <details className="hint">
        <summary>{t('forgot')}</summary>
        <p>{t('forgotText')}</p>
        <p>{t('forgotLast')} <code>dipcast user reset</code></p>
      </details>
      <p><button type="button" className="plain" lang={lang === 'ko' ? 'en' : 'ko'} onClick={() => void setLanguage(lang === 'ko' ? 'en' : 'ko')}>{t('language')}</button></p>
    </main>
  )
}
