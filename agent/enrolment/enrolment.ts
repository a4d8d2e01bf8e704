// Door of enrolment: the conversation: ask with a token, wait for a person, check what is granted. A second run goes on where the
// first was stopped: the key and the request are kept, the token never.
import { networkInterfaces } from 'node:os'
import { ENROLMENT_TOKEN, type EnrolmentAnswer, type EnrolmentAsk } from '#shared/http/enrolment.ts'
import { fingerprintOf } from '../identity/certificate.ts'
import { requestFor } from '../identity/csr.ts'
import { askServer } from './bounded-request.ts'
import { checkGrant } from './check-grant.ts'
import { readReply } from './enrolment-reply.ts'
import { type EnrolOutcome, failed } from './outcome.ts'
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
      const { fault, detail } = asked
      if (/^token-|^bad-request$/.test(fault)) file.remove()
      return failed(fault === 'gone' ? 'no-collector' : fault, detail)
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
    if (answer?.state === 'granted')
      return checkGrant(answer, { pending, url, pinned: trust.ca !== undefined, now: now() })
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
