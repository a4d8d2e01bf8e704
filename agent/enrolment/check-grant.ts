// Whether what was granted may become this machine's identity.
import { createPublicKey } from 'node:crypto'
import type { EnrolmentGrant } from '#shared/http/enrolment.ts'
import { checkCertificate, readAuthorities } from '../identity/certificate.ts'
import { type EnrolOutcome, failed } from './outcome.ts'
import type { Pending } from './pending-enrolment.ts'

export interface AskedBy {
  readonly pending: Pending
  readonly url: URL
  /** The server showed the pinned authority; otherwise a system authority vouched for it. */
  readonly pinned: boolean
  /** Wall ms. */
  readonly now: number
}

/** Takes nothing on trust: the certificate must be ours, and come from the authority that the token pinned. */
export function checkGrant(grant: EnrolmentGrant, asked: AskedBy): EnrolOutcome {
  const { pending, pinned, now } = asked
  const { agent, site, certificate, ca, brokerUrl, commandKey } = grant
  const authorities = readAuthorities(ca)
  const own = authorities?.find((one) => one.pin === pending.pin)
  if (authorities === undefined || own === undefined)
    return failed('bad-grant', 'its authority is not the one of the token')
  const check = checkCertificate(certificate, { key: pending.key, agent, ca: own.pem, now })
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
    collectorUrl: asked.url.href,
    enrolledAt: now,
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
