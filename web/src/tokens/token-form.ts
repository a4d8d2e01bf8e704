// What a token may be: at most what its maker is, for as long as is needed.
import type { Role, Token } from '#shared/http/session.ts'

/** Days; null: until it is revoked. */
export const LENGTHS = [7, 30, 90, 365, null] as const

/** Roles that somebody of a role may hand on, the strongest first. As the collector judges it (rights.ts there). */
export const GIVEN: Readonly<Record<Role, readonly Role[]>> = {
  admin: ['admin', 'noc', 'desk', 'engineer', 'viewer'],
  noc: ['noc', 'engineer', 'viewer'],
  desk: ['desk', 'viewer'],
  engineer: ['engineer', 'viewer'],
  viewer: ['viewer'],
  customer: ['customer'],
}

/** The least that reads: what most scripts need. */
export const modestRole = (own: Role): Role => GIVEN[own].at(-1) ?? own

export type TokenState = 'good' | 'ends-soon' | 'ended' | 'unused'

const SOON_MS = 14 * 86_400_000
const UNUSED_MS = 90 * 86_400_000

/** What somebody who looks after tokens wants to see first. */
export function stateOf(token: Pick<Token, 'expiresAt' | 'lastUsedAt' | 'createdAt'>, now: number): TokenState {
  if (token.expiresAt !== null && token.expiresAt <= now) return 'ended'
  if (token.expiresAt !== null && token.expiresAt - now < SOON_MS) return 'ends-soon'
  return (token.lastUsedAt ?? token.createdAt) < now - UNUSED_MS ? 'unused' : 'good'
}
