// Keeps the certificate valid: at two thirds of its life a new key and request, asked for until there is an answer; the
// new pair is tried at the broker while the old one stays on disk, and the old one comes back when the new is refused.
import type { Logger } from 'pino'
import { RenewalAnswer, type RenewalRequest } from '#shared/wire/identity.ts'
import { WIRE_VERSION } from '#shared/wire/limits.ts'
import { checkCertificate, isPair, readAuthorities, readFacts } from './certificate.ts'
import { makeKeyRequest } from './csr.ts'
import { type IdentityFiles, type KeyPair, textOf } from './identity-files.ts'
import { readPending, writePending } from './pending-key.ts'

export interface RenewalOptions {
  readonly agent: string
  readonly files: IdentityFiles
  /** Wall ms, as the collector's clock has it when that is known. */
  readonly now: () => number
  /** Monotonic ms, for pauses. */
  readonly mono: () => number
  /** 0 <= n < 1: agents installed together do not ask together. */
  readonly random: () => number
  /** Sends up/identity; false when there is no link. */
  readonly publish: (request: string) => boolean
  /** Connect anew: there is another pair to sign in with. */
  readonly reconnect: () => void
  readonly log: Logger
}

export interface RenewalFacts {
  readonly fingerprint: string
  readonly serial: string
  readonly notBefore: number
  readonly notAfter: number
  readonly renewAt: number
  readonly state: 'good' | 'asking' | 'trying' | 'expired'
  /** What keeps it from being renewed; null when nothing does. */
  readonly problem: string | null
  /** Answers that were not taken, by reason. */
  readonly dropped: Readonly<Record<string, number>>
}

export interface Renewal {
  /** What to sign in with at the next attempt. */
  credentials(): KeyPair & { readonly ca: string }
  /** down/identity as received. Never throws. */
  onAnswer(payload: Uint8Array): void
  /** What became of an attempt to connect with `credentials()`. */
  onLink(outcome: 'accepted' | 'refused' | 'unreachable'): void
  /** Does what is due; call every few seconds. Never throws. */
  tick(): void
  facts(): RenewalFacts
}

/** An unanswered question is asked again so soon, and sooner for a certificate of a short life: after a 24th of it. */
const ASK_AGAIN_MS = 60_000
const AFTER_REFUSAL_MS = 600_000
/** Refusals in a row before the other pair is tried: a broker that is starting may refuse anyone. */
const REFUSALS = 2
/** Refusals in a row of all there is before a person is told. */
const REFUSALS_TO_TELL = 5
const RENEW_AT = 2 / 3
/** Of the life, added at random. */
const JITTER = 0.05
const WARN_AT = 5 / 6

/** Takes what is on disk; throws when there is no usable pair. */
export function createRenewal(options: RenewalOptions): Renewal {
  const { agent, files, log, now, mono } = options
  const pair = files.readPair('agent.pem')
  if (pair === undefined || !isPair(pair.key, pair.certificate)) throw new Error(`no usable pair in ${files.dir}`)
  let current: KeyPair = pair
  let previous = files.readPair('previous.pem')
  if (previous && (!isPair(previous.key, previous.certificate) || textOf(previous) === textOf(current)))
    previous = undefined
  let ca = files.read('ca.pem')
  let jitter = options.random() * JITTER
  let usingPrevious = false
  let refusals = 0
  let notBeforeMono = Number.NEGATIVE_INFINITY
  let problem: string | null = null
  let told = ''
  const dropped: Record<string, number> = {}

  const factsOfCurrent = () => readFacts(current.certificate) as NonNullable<ReturnType<typeof readFacts>>
  const lifeOf = () => {
    const { notBefore, notAfter } = factsOfCurrent()
    const at = (share: number) => notBefore + (notAfter - notBefore) * share
    const askAgainMs = Math.min(ASK_AGAIN_MS, (notAfter - notBefore) / 24)
    return { notAfter, renewAt: at(RENEW_AT + jitter), warnAt: at(WARN_AT), askAgainMs }
  }
  let life = lifeOf()

  /** Logged when it changes. */
  const say = (text: string, fields: object = {}): void => {
    problem = text
    if (told !== text) log.warn({ ...fields, reason: text }, 'trouble with the identity')
    told = text
  }
  const drop = (reason: string): void => {
    if (dropped[reason] === undefined) log.warn({ reason }, 'ignored an answer about the identity')
    dropped[reason] = (dropped[reason] ?? 0) + 1
  }
  const attempt = (what: () => void): boolean => {
    try {
      what()
      return true
    } catch (error) {
      say(`cannot write ${files.dir}: ${(error as Error).message}`)
      return false
    }
  }

  function ask(): void {
    const kept = readPending(files)
    const made = kept && !isPair(kept.key, current.certificate) ? kept : makeKeyRequest(agent)
    if (made !== kept && !attempt(() => writePending(files, made))) {
      notBeforeMono = mono() + life.askAgainMs
      return
    }
    const request: RenewalRequest = { version: WIRE_VERSION, agent, csr: made.csr }
    if (!options.publish(JSON.stringify(request))) return
    notBeforeMono = mono() + life.askAgainMs
    log.info({ notAfter: life.notAfter }, 'asked for a new certificate')
  }

  /** Takes a certificate, or says why not. */
  function take(certificate: string, newCa: string): string | undefined {
    // An answer to a repeated question.
    if (certificate.trim() === current.certificate.trim()) return undefined
    const key = readPending(files)?.key
    if (key === undefined) return 'not-asked'
    if (readAuthorities(newCa) === undefined) return 'bad-authorities'
    // By those trusted up to now: what comes with the certificate cannot vouch for it.
    const check = checkCertificate(certificate, { key, agent, ca, now: now() })
    if (!check.ok) return check.fault
    if (!checkCertificate(certificate, { key, agent, ca: newCa, now: now() }).ok) return 'bad-authorities'
    const fresh = { key, certificate }
    // While two are tried, the older is the one a broker has taken.
    const proven = previous ?? current
    const written = attempt(() => {
      files.writePair('previous.pem', proven)
      files.write('ca.pem', newCa)
      files.writePair('agent.pem', fresh)
    })
    // Asked again in a minute: the collector gives the same certificate for the same key.
    if (!written) return undefined
    previous = proven
    current = fresh
    ca = newCa
    usingPrevious = false
    refusals = 0
    settle()
    attempt(() => files.remove('pending.pem'))
    log.info({ notAfter: life.notAfter, fingerprint: check.facts.fingerprint }, 'there is a new certificate')
    options.reconnect()
    return undefined
  }

  function settle(): void {
    jitter = options.random() * JITTER
    life = lifeOf()
    problem = null
    told = ''
  }

  /** The broker has taken the pair in use: the other one goes. */
  function keepInUse(): void {
    if (previous === undefined) return
    if (usingPrevious) {
      const back = previous
      if (!attempt(() => files.writePair('agent.pem', back))) return
      current = back
      settle()
      say('the broker refused the new certificate')
      notBeforeMono = mono() + AFTER_REFUSAL_MS
    }
    usingPrevious = false
    if (attempt(() => files.remove('previous.pem'))) previous = undefined
  }

  return {
    credentials: () => ({ ...(usingPrevious && previous ? previous : current), ca }),
    onAnswer(payload) {
      const answer = readAnswer(payload)
      if (answer?.kind !== 'refused') {
        const reason = answer === undefined ? 'unreadable' : take(answer.certificate, answer.ca)
        if (reason !== undefined) drop(reason)
        return
      }
      say(`the collector refused: ${answer.reason}`)
      notBeforeMono = mono() + AFTER_REFUSAL_MS
      // Another key next time: this one may be what was refused.
      attempt(() => files.remove('pending.pem'))
    },
    onLink(outcome) {
      if (outcome === 'unreachable') return
      if (outcome === 'accepted') {
        if (problem === NOT_TAKEN) settle()
        refusals = 0
        keepInUse()
        return
      }
      refusals++
      if (refusals >= REFUSALS_TO_TELL && now() < life.notAfter) say(NOT_TAKEN)
      if (previous === undefined || refusals % REFUSALS !== 0) return
      const other = usingPrevious ? current : previous
      if ((readFacts(other.certificate)?.notAfter ?? 0) > now()) usingPrevious = !usingPrevious
    },
    tick() {
      const time = now()
      if (time >= life.notAfter) say(EXPIRED, { notAfter: life.notAfter })
      else if (time >= life.warnAt && problem === null)
        say('the collector has not answered yet', { notAfter: life.notAfter })
      if (time >= life.renewAt && mono() >= notBeforeMono && previous === undefined) ask()
    },
    facts: () => {
      const { fingerprint, serial, notBefore, notAfter } = factsOfCurrent()
      const time = now()
      const asking = time >= life.renewAt ? 'asking' : 'good'
      const state = time >= notAfter ? 'expired' : previous === undefined ? asking : 'trying'
      return {
        fingerprint,
        serial,
        notBefore,
        notAfter,
        renewAt: life.renewAt,
        state,
        problem,
        dropped: { ...dropped },
      }
    },
  }
}

const ANEW = 'make a token in the console and run: outrider-agent enrol URL --token TOKEN --replace'
const EXPIRED =
  'the certificate has expired, if the clock of this machine is right; watching goes on and nothing is lost while there ' +
  `is room. To deliver again, ${ANEW}`
const NOT_TAKEN =
  'the broker does not take this certificate: the agent may be revoked or quarantined, ask the operator. Watching goes ' +
  `on; if it was revoked, ${ANEW}`

function readAnswer(payload: Uint8Array): RenewalAnswer | undefined {
  try {
    return RenewalAnswer.safeParse(JSON.parse(Buffer.from(payload).toString('utf8'))).data
  } catch {
    return undefined
  }
}
