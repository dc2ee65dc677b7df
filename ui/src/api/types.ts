/** How far a role reaches in an area: see, or see and change. */
export interface Right {
  level: 'see' | 'change'
  /** When there: the only members of bodies that may be changed. */
  settings?: string[]
}

/** Who is signed in, as GET /api/v2/session tells. */
export interface Me {
  id: string
  username: string
  name: string
  lang: '' | 'ko' | 'en'
  kind: 'user' | 'login'
  role: 'operator' | 'tenant' | 'extension'
  role_name: string
  /** As T2; '' for operators. */
  tenant: string
  tenant_name: string
  extension: string
  rights: Record<string, Right>
  must_change_password: boolean
  second_factor: boolean
  factors?: string[]
  expires: string
}
