// Signing in with a passkey (WebAuthn level 3): the browser takes and gives the JSON
// of the REST API as it is.

interface JSONCredentials {
  parseRequestOptionsFromJSON?: (options: unknown) => PublicKeyCredentialRequestOptions
}

/** Whether this browser can, at this address: not at an IP address. */
export function passkeyPossible(): boolean {
  return window.isSecureContext && typeof PublicKeyCredential !== 'undefined' && 'parseRequestOptionsFromJSON' in PublicKeyCredential && !/^[\d.]+$|^\[/.test(location.hostname)
}

/** Signs in; false when it did not succeed or somebody thought better of it. */
export async function signInByPasskey(): Promise<boolean> {
  try {
    const begun = await fetch('/api/v2/session/passkey/begin', { method: 'POST' })
    if (!begun.ok) {
      return false
    }
    const { data } = (await begun.json()) as { data: { publicKey: unknown } }
    const parse = (PublicKeyCredential as unknown as JSONCredentials).parseRequestOptionsFromJSON!
    const found = (await navigator.credentials.get({ publicKey: parse(data.publicKey) })) as PublicKeyCredential & { toJSON: () => unknown }
    const done = await fetch('/api/v2/session/passkey', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(found.toJSON()) })
    return done.ok
  } catch {
    return false
  }
}
