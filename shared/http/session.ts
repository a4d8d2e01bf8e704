// Signing in, bearer tokens and user accounts.
import { z } from 'zod'
import { LocalId } from '../domain/identity.ts'

/**
 * `admin`: everything; `noc`: watches, and judges what is heard; `desk`: owns incidents; `engineer`: diagnoses and works on
 * incidents; `viewer`: looks; `customer`: somebody at a customer's, who sees what is theirs without our remarks.
 */
export const ROLES = ['admin', 'noc', 'desk', 'engineer', 'viewer', 'customer'] as const
export const Role = z.enum(ROLES)
export type Role = z.infer<typeof Role>

export const UserName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._@-]{0,63}$/, 'a user name is 1 to 64 of a-z, 0-9 . _ @ -')
/** Ids of the customers that may be seen; null: all. */
export const CustomerScope = z.array(LocalId).min(1).max(200).nullable()
export type CustomerScope = z.infer<typeof CustomerScope>

export const Password = z.string().min(8).max(256)
export const LANGUAGES = ['en', 'zh-CN'] as const
export const Language = z.enum(LANGUAGES)

/** POST /api/v1/session */
export const SignIn = z.strictObject({ user: z.string().min(1).max(64), password: z.string().min(1).max(256) })

/** How somebody wants the console. */
export const Preferences = z.object({
  /** IANA zone; null: the browser's. */
  timeZone: z.string().nullable(),
  theme: z.enum(['auto', 'light', 'dark']),
  palette: z.enum(['normal', 'colour-blind']),
})
export type Preferences = z.infer<typeof Preferences>
export const DEFAULT_PREFERENCES: Preferences = { timeZone: null, theme: 'auto', palette: 'normal' }

/** GET, POST and PATCH /api/v1/session */
export const Session = z.object({
  user: z.string(),
  role: Role,
  customers: CustomerScope,
  language: Language.nullable(),
  /** ms UTC; null for a token without end. */
  expiresAt: z.number().nullable(),
  kind: z.enum(['session', 'token']),
  preferences: Preferences,
  /** The password was made up or chosen by somebody else: an own one should follow. */
  passwordGiven: z.boolean(),
})
export type Session = z.infer<typeof Session>

/** POST /api/v1/tokens: a token never has more rights than its maker. */
export const CreateToken = z.strictObject({
  name: z.string().trim().min(1).max(64),
  role: Role.optional(),
  /** Days until it ends; without it the token lasts until it is revoked. */
  days: z.number().positive().max(3650).optional(),
})
export const Token = z.object({
  id: z.string(),
  name: z.string(),
  user: z.string(),
  role: Role,
  createdAt: z.number(),
  expiresAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
  /** Where it was used from last; null: never, or before this was kept. */
  lastUsedFrom: z.string().nullable(),
})
export type Token = z.infer<typeof Token>
/** The secret is shown once, here. Send it as `Authorization: Bearer <token>`. */
export const CreatedToken = Token.extend({ token: z.string() })
export type CreatedToken = z.infer<typeof CreatedToken>

export const User = z.object({
  name: z.string(),
  role: Role,
  customers: CustomerScope,
  disabled: z.boolean(),
  language: Language.nullable(),
})
export type User = z.infer<typeof User>
/** POST /api/v1/users (administrators). A `customer` needs customers, an `admin` has no limits. */
export const CreateUser = z.strictObject({
  name: UserName,
  role: Role,
  customers: CustomerScope.default(null),
  password: Password,
  language: Language.nullable().default(null),
})
/**
 * PATCH /api/v1/users/{name}: a change of role, customers, password or `disabled` ends the user's sessions, but not the one it is
 * made in. Tokens go on with the account: they do nothing while it is disabled, unless they are revoked with it.
 */
export const UpdateUser = z.strictObject({
  revokeTokens: z.boolean().optional(),
  role: Role.optional(),
  customers: CustomerScope.optional(),
  password: Password.optional(),
  disabled: z.boolean().optional(),
  language: Language.nullable().optional(),
})
export const UserParams = z.object({ name: UserName })
