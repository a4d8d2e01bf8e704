// Enrolment tokens: made by people, used by agents. Pure but for randomness.
import { hash, randomInt, timingSafeEqual } from 'node:crypto'
import { ENROLMENT_TOKEN, type EnrolmentTokenDraft, type EnrolmentTokenRow } from '#shared/http/enrolment.ts'
import type { StoredToken } from './enrolment-store.ts'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789'
const ID_LETTERS = 10
/** 28 of 36 letters: 144 bits. */
const SECRET_LETTERS = 28
const NOBODY = hash('sha256', '', 'hex')

export type TokenProblem = 'unknown' | 'expired' | 'used' | 'revoked'

/** What the holder is told; for an unknown id and a wrong secret the same. */
export const TOKEN_PROBLEMS: Readonly<Record<TokenProblem, string>> = {
  unknown: 'the token is not known here: check that it is complete, and that this is the collector it was made on',
  expired: 'the token has expired: ask for a new one',
  used: 'the token has been used: ask for a new one',
  revoked: 'the token was revoked: ask for a new one',
}

/** Random letters a-z and digits. */
export function randomLetters(length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += LETTERS[randomInt(LETTERS.length)]
  return text
}

export function digest(secret: string): string {
  return hash('sha256', secret, 'hex')
}

/** In constant time; both are hex digests. */
export function sameDigest(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'))
}

/** A new token and its text, which is nowhere else. */
export function makeToken(
  draft: EnrolmentTokenDraft,
  pin: string,
  actor: string,
  now: number,
): { readonly token: StoredToken; readonly text: string } {
  const id = randomLetters(ID_LETTERS)
  const secret = randomLetters(SECRET_LETTERS)
  const { site, uses, preApproved, note, validMinutes } = draft
  const token: StoredToken = {
    id,
    site,
    hash: digest(secret),
    createdAt: now,
    createdBy: actor,
    expiresAt: now + validMinutes * 60_000,
    uses,
    used: 0,
    preApproved,
    note,
    revokedAt: null,
  }
  return { token, text: `ot1.${id}.${secret}.${pin}` }
}

/** The token of a text; undefined when there is none or the secret is another. Takes the same time for both. */
export function tokenOf(text: string, tokens: ReadonlyMap<string, StoredToken>): StoredToken | undefined {
  const [, id, secret] = ENROLMENT_TOKEN.exec(text) ?? []
  const token = id === undefined ? undefined : tokens.get(id)
  const right = sameDigest(digest(secret ?? ''), token?.hash ?? NOBODY)
  return right ? token : undefined
}

/** Why a token does not hold now; undefined: it holds and has a use left. */
export function problemOf(token: StoredToken, now: number): Exclude<TokenProblem, 'unknown'> | undefined {
  if (token.revokedAt !== null) return 'revoked'
  if (now >= token.expiresAt || now < token.createdAt - CLOCK_BACK_MS) return 'expired'
  return token.used >= token.uses ? 'used' : undefined
}

/** The collector's own clock was set back by more than this: a token must not live longer for it. */
const CLOCK_BACK_MS = 86_400_000

export function tokenRow(token: StoredToken, now: number): EnrolmentTokenRow {
  const { id, site, createdAt, createdBy, expiresAt, uses, used, preApproved, note } = token
  const state = problemOf(token, now) ?? 'open'
  return { id, site, state, createdAt, createdBy, expiresAt, uses, used, preApproved, note }
}
