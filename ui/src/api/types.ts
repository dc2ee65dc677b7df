import type { Me as SchemaMe, RightView } from './schema'

/** How far a role reaches in an area: see, or see and change. */
export type Right = RightView

/** Who is signed in, as GET /api/v2/session tells. */
export type Me = SchemaMe
