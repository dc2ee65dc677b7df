// Passkeys as browsers have them: bytes there, base64url on the way. Older browsers
// cannot turn one into the other by themselves.

interface Named {
  type: string
  id: string
  transports?: string[] | null
}

/** What a new passkey is to be: as POST /session/passkeys/begin has it. */
export interface CreationOptions {
  challenge: string
  rp: { id: string; name: string }
  user: { id: string; name: string; displayName: string }
  pubKeyCredParams: { type: string; alg: number }[]
  timeout: number
  excludeCredentials: Named[]
  authenticatorSelection: { requireResidentKey: boolean; residentKey: string; userVerification: string }
  attestation: string
}

/** What a passkey is to sign: as POST /session/passkey/begin has it. */
export interface Question {
  challenge: string
  rpId: string
  timeout: number
  userVerification: string
}

/** Bytes of a text in base64url. */
export function bytesOf(text: string): ArrayBuffer {
  const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(raw, (c) => c.charCodeAt(0)).buffer
}

/** Base64url of bytes. */
export function textOfBytes(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Whether this browser knows passkeys at all; the gateway says whether its address allows them. */
export const knowsPasskeys = () => typeof PublicKeyCredential !== 'undefined'

/** Has the browser make a passkey; undefined: its user did not. */
export async function makePasskey(o: CreationOptions) {
  const made = (await navigator.credentials.create({
    publicKey: {
      ...o,
      challenge: bytesOf(o.challenge),
      user: { ...o.user, id: bytesOf(o.user.id) },
      excludeCredentials: o.excludeCredentials.map((c) => ({ ...c, id: bytesOf(c.id) })),
    } as unknown as PublicKeyCredentialCreationOptions,
  })) as PublicKeyCredential | null
  if (!made) {
    return undefined
  }
  const r = made.response as AuthenticatorAttestationResponse
  const transports = r.getTransports?.() ?? []
  return { id: made.id, rawId: textOfBytes(made.rawId), type: 'public-key' as const, response: { clientDataJSON: textOfBytes(r.clientDataJSON), attestationObject: textOfBytes(r.attestationObject), transports } }
}

/** Has the browser ask its user for a passkey; undefined: there is none. */
export async function askPasskey(q: Question) {
  const got = (await navigator.credentials.get({ publicKey: { ...q, challenge: bytesOf(q.challenge) } as unknown as PublicKeyCredentialRequestOptions })) as PublicKeyCredential | null
  if (!got) {
    return undefined
  }
  const r = got.response as AuthenticatorAssertionResponse
  return {
    id: got.id, rawId: textOfBytes(got.rawId), type: 'public-key' as const,
    response: { clientDataJSON: textOfBytes(r.clientDataJSON), authenticatorData: textOfBytes(r.authenticatorData), signature: textOfBytes(r.signature), userHandle: r.userHandle ? textOfBytes(r.userHandle) : '' },
  }
}
