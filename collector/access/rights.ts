// Which roles a person may hand on with a token: their own and what is less than it in every way.
import type { Role } from '#shared/http/session.ts'

const MAY_GIVE: Readonly<Record<Role, readonly Role[]>> = {
  admin: ['admin', 'noc', 'desk', 'engineer', 'viewer'],
  noc: ['noc', 'engineer', 'viewer'],
  desk: ['desk', 'viewer'],
  engineer: ['engineer', 'viewer'],
  viewer: ['viewer'],
  customer: ['customer'],
}

/** The wished role when `own` may give it, else `own`: no token has a right that its owner has not, now or later. */
export const weaker = (wished: Role, own: Role): Role => (MAY_GIVE[own].includes(wished) ? wished : own)
