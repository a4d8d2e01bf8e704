// User accounts as administrators see them, one's own password, and what each role may do.
import { z } from 'zod'
import { Password, Role, User } from './session.ts'

/** A browser that is signed in. */
export const OpenSession = z.object({
  startedAt: z.number(),
  /** To the minute. */
  seenAt: z.number(),
  /** Empty for one that began before addresses were kept. */
  address: z.string(),
})
export type OpenSession = z.infer<typeof OpenSession>

/** GET /api/v1/users */
export const UserRow = User.extend({
  /** Null: never, as far as is known. */
  lastSignInAt: z.number().nullable(),
  lastSignInFrom: z.string().nullable(),
  /** Wrong passwords since the last time it went well. */
  failedSignIns: z.int(),
  lastFailedAt: z.number().nullable(),
  lastFailedFrom: z.string().nullable(),
  /** Open now, newest first. */
  sessions: z.array(OpenSession),
  /** How many tokens of theirs have not ended. */
  tokens: z.int(),
})
export type UserRow = z.infer<typeof UserRow>

/** PUT /api/v1/session/password: ends the other sessions of the account; tokens stay unless they are to go. */
export const ChangePassword = z.strictObject({
  current: z.string().min(1).max(256),
  password: Password,
  revokeTokens: z.boolean().default(false),
})
export type ChangePassword = z.infer<typeof ChangePassword>

/** What a change of an account put an end to. */
export const Ended = z.object({ sessions: z.int(), tokens: z.int() })
export type Ended = z.infer<typeof Ended>

/** GET /api/v1/roles: every route of the API with who may use it, from the table that decides. */
export const RoleTable = z.object({
  items: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      summary: z.string(),
      roles: z.array(Role),
      /** For accounts with customers: `open` nothing of any customer is in it, `own` what is theirs, `refused`. */
      limited: z.enum(['open', 'own', 'refused']),
    }),
  ),
  nextCursor: z.null(),
})
export type RoleTable = z.infer<typeof RoleTable>
