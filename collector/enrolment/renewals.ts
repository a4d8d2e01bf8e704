// Renewals: a certificate on a new key, asked for over the connection that the old one serves.
import { type RenewalAnswer, RenewalRequest } from '#shared/wire/identity.ts'
import { WIRE_VERSION } from '#shared/wire/limits.ts'
import type { Deps } from './enrolment.ts'
import type { EnrolmentState } from './enrolment-state.ts'
import { orderedAfter, storedCertificate } from './identities.ts'

const MAX_BYTES = 32 * 1024
/** New certificates an agent may have in an hour and in a day; the same one again is no new one. All are kept till they end. */
const PER_HOUR = 5
const PER_DAY = 12
const HOUR_MS = 3_600_000
/** A certificate is given again for its key while it has this much of its life left: an hour, of a short life less. */
const worthIt = (deps: Deps): number => Math.min(HOUR_MS, deps.certificateMs / 24)

/** Answers an agent's request; undefined: it cannot be read, and nothing is answered. Never rejects. */
export async function renew(
  deps: Deps,
  state: EnrolmentState,
  agent: string,
  payload: Uint8Array,
): Promise<RenewalAnswer | undefined> {
  const { authority, now, log } = deps
  const request = readRequest(payload)
  if (request?.agent !== agent) return undefined
  const refused = (reason: string): RenewalAnswer => ({
    version: WIRE_VERSION,
    kind: 'refused',
    reason: reason.slice(0, 256),
  })
  const given = (certificate: string): RenewalAnswer => ({
    version: WIRE_VERSION,
    kind: 'certificate',
    certificate,
    ca: authority.ca,
  })
  try {
    if (!state.identities.has(agent)) return refused('this agent has no certificate of ours; enrol it')
    const checked = await authority.examine(request.csr)
    if ('refused' in checked) return refused(checked.refused)
    return await state.inTurn(async () => {
      const identity = state.identities.get(agent)
      if (identity?.state !== 'active') return refused(`the agent is ${identity?.state}`)
      const known = state.certificateOn(checked.fingerprint)
      if (known) {
        if (known.agent !== agent || known.revokedAt !== null)
          return refused('this key has been used before; make a new one')
        return known.notAfter - now() > worthIt(deps)
          ? given(known.pem)
          : refused('make a new key; this one has had its time')
      }
      const ages = state.certificatesOf(agent).map((c) => now() - c.issuedAt)
      const within = (ms: number) => ages.filter((age) => age > -ms && age < ms).length
      const [hour, day] = [Math.min(HOUR_MS, deps.certificateMs / 24), Math.min(24 * HOUR_MS, deps.certificateMs)]
      if (within(hour) >= PER_HOUR || within(day) >= PER_DAY)
        return refused('too many new certificates in a short time; ask again later')
      const issued = await authority.issueAgent(request.csr, agent, now())
      if ('refused' in issued) return refused(issued.refused)
      const { serial, notAfter, fingerprint } = issued
      const entry = { actor: `agent:${agent}`, action: 'renew-certificate', subject: `agent:${agent}` }
      const certificate = storedCertificate(issued, agent, orderedAfter(state, agent, now()))
      await state.change([{ kind: 'certificate', certificate }], {
        ...entry,
        detail: { serial, notAfter, fingerprint },
      })
      return given(issued.certificate)
    })
  } catch (error) {
    log.error({ err: error, agent }, 'a certificate could not be renewed; the agent asks again')
    return refused(`nothing can be signed now: ${(error as Error).message}`)
  }
}

function readRequest(payload: Uint8Array): RenewalRequest | undefined {
  if (payload.length > MAX_BYTES) return undefined
  try {
    return RenewalRequest.safeParse(JSON.parse(Buffer.from(payload).toString('utf8'))).data
  } catch {
    return undefined
  }
}
