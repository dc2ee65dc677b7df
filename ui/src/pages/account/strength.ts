/** The least that the gateway takes, in characters. */
export const minPassword = 10

/** How hard a password is to guess, and what would make it harder. */
export interface Strength {
  /** 0 not taken, 1 weak, 2 fair, 3 strong. */
  level: 0 | 1 | 2 | 3
  hint?: 'short' | 'hasName' | 'plain' | 'longer'
  /** Characters that are missing. */
  missing: number
}

const orders = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'password', 'dipcast', 'admin']

/** Characters that nobody guesses from those before them. */
function surprising(password: string): number {
  const p = password.toLowerCase()
  let n = 0
  for (let i = 0; i < p.length; i++) {
    const three = p.slice(Math.max(0, i - 2), i + 1)
    const back = [...three].reverse().join('')
    const repeated = i > 0 && p[i] === p[i - 1]
    if (!repeated && !(three.length === 3 && orders.some((o) => o.includes(three) || o.includes(back)))) {
      n++
    }
  }
  return n
}

/** A hint for who chooses a password: the gateway has the last word. */
export function strengthOf(password: string, username: string): Strength {
  const length = [...password].length
  if (length < minPassword) {
    return { level: 0, hint: 'short', missing: minPassword - length }
  }
  const name = username.toLowerCase().split('@')[0] ?? ''
  if (name.length >= 3 && password.toLowerCase().includes(name)) {
    return { level: 1, hint: 'hasName', missing: 0 }
  }
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z0-9]/].filter((k) => k.test(password)).length
  const n = surprising(password)
  if (n < 8 || new Set(password).size < 6) {
    return { level: 1, hint: 'plain', missing: 0 }
  }
  return n + kinds * 2 >= 18 ? { level: 3, missing: 0 } : { level: 2, hint: 'longer', missing: 0 }
}
