// The enrolment conversation: ask with a token, wait for a person, check what is granted. A second run goes on where the
// first was stopped: the key and the request are kept, the token never.
import { createPublicKey } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { z } from 'zod'
import { ENROLMENT_TOKEN, EnrolmentAnswer, type EnrolmentAsk, type EnrolmentGrant } from '#shared/http/enrolment.ts'
import { ApiError } from '#shared/http/error.ts'
import { askServer, type Reply } from './bounded-request.ts'
import { type CertificateFacts, checkCertificate, fingerprintOf, readAuthorities } from './certificate.ts'
import { requestFor } from './csr.ts'
import type { IdentityRecord } from './identity.ts'
import { beginPending, type Pending, type PendingFile } from './pending-enrolment.ts'
import { findTrust, pageOf } from './server-trust.ts'

export interface EnrolOptions {
  readonly url: URL
  /** May be absent where a request waits already. */
  readonly token?: string
  /** What the operator sees this machine as. */
  readonly name: string
  readonly program: string
  readonly pending: PendingFile
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  /** Tells how it goes; repeated only when something changed. */
  readonly progress: (step: EnrolProgress) => void
  readonly timeoutMs?: number
}

export type EnrolProgress =
  | { readonly step: 'resumed' }
  | { readonly step: 'waiting'; readonly fingerprint: string }
  | { readonly step: 'still-waiting'; readonly minutes: number }
  | { readonly step: 'no-answer'; readonly code: string }

export type EnrolFault =
  | 'no-token'
  | 'bad-token'
  | 'token-unknown'
  | 'token-expired'
  | 'token-used'
  | 'token-revoked'
  | 'unreachable'
  | 'timeout'
  | 'other-collector'
  | 'server-certificate'
  | 'plain-http'
  | 'no-collector'
  | 'collector-trouble'
  | 'bad-request'
  | 'clock'
  | 'rejected'
  | 'bad-grant'

export interface Granted {
  readonly record: IdentityRecord
  readonly key: string
  readonly certificate: string
  readonly ca: string
  readonly sealingKey: string
  readonly facts: CertificateFacts
}

export type EnrolOutcome =
  | { readonly ok: true; readonly granted: Granted }
  /** `detail`: what was said or is wrong; `date`: the collector's clock, wall ms. */
  | { readonly ok: false; readonly fault: EnrolFault; readonly detail: string; readonly date?: number }

const TIMEOUT_MS = 15_000
const MIN_PAUSE_MS = 1_000
const MAX_PAUSE_MS = 300_000
const STILL_WAITING_MS = 300_000
const MAX_ADDRESSES = 32

/** Runs to the end: until there is a grant that holds, or a reason why not. Rejects for a disk that cannot be written. */
export async function enrolAt(options: EnrolOptions): Promise<EnrolOutcome> {
  const { url, token, pending: file, now, progress } = options
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const [, tokenId, , tokenPin] = ENROLMENT_TOKEN.exec(token ?? '') ?? []
  if (token !== undefined && tokenId === undefined) return failed('bad-token')
  const kept = file.read()
  const goesOn = kept !== undefined && kept.url === url.href && (tokenId === undefined || kept.tokenId === tokenId)
  if (!goesOn && (tokenId === undefined || tokenPin === undefined)) return failed('no-token')
  let pending = goesOn ? kept : beginPending({ url: url.href, tokenId: tokenId ?? '', pin: tokenPin ?? '' })
  if (goesOn) progress({ step: 'resumed' })
  // Before the token is used: a disk without room is told while it still can be mended.
  file.write(pending)

  const trust = await findTrust(url, pending.pin, { now, timeoutMs })
  if (!trust.ok) return { ...failed(trust.fault, trust.code), ...(trust.fault === 'clock' ? { date: trust.date } : {}) }
  const ca = trust.ca === undefined ? {} : { ca: trust.ca }
  const post = (path: string, json: unknown) => askServer(pageOf(url, path), { json, timeoutMs, ...ca })

  let answer: EnrolmentAnswer | undefined
  if (pending.waiting === null) {
    if (token === undefined) return failed('no-token')
    const asked = readReply(await post('/api/v1/enrolments', askOf(options, token, pending)))
    if (!asked.ok) {
      if (asked.fault === 'gone') return failed('no-collector', asked.detail)
      if (/^token-|^bad-request$/.test(asked.fault)) file.remove()
      return asked
    }
    answer = asked.answer
  }
  let problems = 0
  let told = 0
  let shown = false
  const began = now()
  for (;;) {
    if (answer?.state === 'waiting') {
      const { id, pickup, retrySeconds } = answer
      pending = { ...pending, waiting: { id, pickup, retrySeconds } }
      file.write(pending)
    }
    if (answer?.state === 'rejected') {
      file.remove()
      return failed('rejected', answer.reason)
    }
    if (answer?.state === 'granted') return checkGrant(answer, pending, trust.ca !== undefined, options)
    const { waiting } = pending
    if (waiting === null) return failed('no-collector', 'no state')
    if (!shown && problems === 0) progress({ step: 'waiting', fingerprint: fingerprintOf(pending.key) })
    shown ||= problems === 0
    const minutes = Math.floor((now() - began) / STILL_WAITING_MS) * (STILL_WAITING_MS / 60_000)
    if (minutes > told) progress({ step: 'still-waiting', minutes })
    told = Math.max(told, minutes)
    const pause = waiting.retrySeconds * 1_000 * 2 ** Math.min(problems, 5)
    await options.sleep(Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, pause)))
    const secret = { secret: waiting.pickup }
    const picked = readReply(await post(`/api/v1/enrolments/${waiting.id}/pickup`, secret))
    if (picked.ok) {
      problems = 0
      answer = picked.answer
    } else if (picked.fault === 'gone') {
      file.remove()
      return failed('rejected', picked.detail)
    } else {
      // Whoever waits hours for a person must not fail by a moment without network.
      problems++
      shown = false
      answer = undefined
      progress({ step: 'no-answer', code: picked.detail })
    }
  }
}

function askOf(options: EnrolOptions, token: string, pending: Pending): EnrolmentAsk {
  const { name, program } = options
  return {
    token,
    csr: requestFor(pending.key, name),
    sealingKey: pending.sealing.publicKey,
    host: name.slice(0, 255),
    program: program.slice(0, 64),
    addresses: ownAddresses(),
  }
}

function ownAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return all.flatMap((one) => (one.internal ? [] : [one.address])).slice(0, MAX_ADDRESSES)
}

type Read =
  | { readonly ok: true; readonly answer: EnrolmentAnswer }
  | { readonly ok: false; readonly fault: EnrolFault; readonly detail: string }

function readReply(reply: Reply): Read | { readonly ok: false; readonly fault: 'gone'; readonly detail: string } {
  if (!reply.ok) return failed(reply.fault === 'too-large' ? 'no-collector' : reply.fault, reply.code)
  let json: unknown
  try {
    json = JSON.parse(reply.body)
  } catch {
    return failed(reply.status >= 500 ? 'collector-trouble' : 'no-collector', `HTTP ${reply.status}, not JSON`)
  }
  if (reply.status < 300) {
    const answer = EnrolmentAnswer.safeParse(json)
    return answer.success ? { ok: true, answer: answer.data } : failed('no-collector', z.prettifyError(answer.error))
  }
  const { error } = ApiError.safeParse(json).data ?? {}
  if (error === undefined)
    return failed(reply.status >= 500 ? 'collector-trouble' : 'no-collector', `HTTP ${reply.status}`)
  const { message, action, details } = error
  const why = details?.find((one) => one.path === 'token')?.message
  if (why !== undefined && reply.status === 403) {
    const known = (['expired', 'used', 'revoked'] as const).find((one) => one === why)
    return failed(known === undefined ? 'token-unknown' : `token-${known}`, message)
  }
  if (reply.status === 404) return { ok: false, fault: 'gone', detail: message }
  // The key was used before, or cannot be used: the next attempt needs another.
  if (reply.status === 400 || reply.status === 409) return failed('bad-request', message)
  return failed('collector-trouble', `${message}${action === undefined ? '' : ` (${action})`}`)
}

/** Takes nothing on trust: the certificate must be ours, and come from the authority that the token pinned. */
function checkGrant(grant: EnrolmentGrant, pending: Pending, pinned: boolean, options: EnrolOptions): EnrolOutcome {
  const { agent, site, certificate, ca, brokerUrl, commandKey } = grant
  const authorities = readAuthorities(ca)
  const own = authorities?.find((one) => one.pin === pending.pin)
  if (authorities === undefined || own === undefined)
    return failed('bad-grant', 'its authority is not the one of the token')
  const time = options.now()
  const check = checkCertificate(certificate, { key: pending.key, agent, ca: own.pem, now: time })
  if (!check.ok)
    return failed(check.fault === 'expired' || check.fault === 'not-yet-valid' ? 'clock' : 'bad-grant', check.fault)
  if (!/^(mqtts|wss):\/\/./.test(brokerUrl) || !URL.canParse(brokerUrl))
    return failed('bad-grant', `its broker is not reached over TLS: ${brokerUrl}`)
  if (!isEd25519(commandKey)) return failed('bad-grant', 'its command key cannot be read')
  const record = {
    version: 1 as const,
    agent,
    site,
    brokerUrl,
    commandKey,
    collectorUrl: options.url.href,
    enrolledAt: time,
  }
  // What a server that only a system authority vouches for adds to the pinned authority is not trusted.
  const trusted = pinned ? authorities : [own]
  return {
    ok: true,
    granted: {
      record,
      key: pending.key,
      certificate,
      ca: trusted.map((one) => one.pem).join(''),
      sealingKey: pending.sealing.privatePem,
      facts: check.facts,
    },
  }
}

function isEd25519(text: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519'
  } catch {
    return false
  }
}

const failed = (fault: EnrolFault, detail = '') => ({ ok: false, fault, detail }) as const
