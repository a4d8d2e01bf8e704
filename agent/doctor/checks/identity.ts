// The certificate this agent signs in with: there, on its key, valid for long enough, its files closed to others.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Finding } from '#shared/doctor/doctor.ts'
import type { AgentCheck, AgentDoctorContext } from '../doctor.ts'
import type { MessageId } from '../words.ts'

/** Of its whole time; renewal begins long before. */
const LATE_SHARE = 0.1
const KEY_FILES = ['identity/agent.pem', 'identity/previous.pem', 'identity/pending.pem', 'identity/sealing-key.pem']

export const identityCheck: AgentCheck = {
  name: 'identity',
  async run(context) {
    const { config, connection, machine } = context
    if (connection instanceof Error) return [{ id: 'identity-bad', params: { problem: connection.message } }]
    const open = KEY_FILES.map((name) => join(config.dataDir, name)).flatMap((file): Finding<MessageId>[] => {
      const facts = machine.stat(file)
      if (facts === null || (facts.mode & 0o077) === 0) return []
      return [{ id: 'file-open-to-others', params: { file, mode: facts.mode.toString(8) } }]
    })
    if (connection.cert === undefined || connection.key === undefined)
      return [
        { id: config.enrolled ? 'identity-none' : 'identity-password', params: { agent: config.agent.id } },
        ...open,
      ]
    return [certificate(context, connection.cert, connection.key), ...open]
  },
}

function certificate({ config, machine }: AgentDoctorContext, cert: string, key: string): Finding<MessageId> {
  let own: X509Certificate
  try {
    own = new X509Certificate(cert)
    if (!own.checkPrivateKey(createPrivateKey(key))) return { id: 'identity-other-key' }
  } catch (error) {
    return { id: 'identity-bad', params: { problem: (error as Error).message } }
  }
  const [from, until, now] = [own.validFromDate.getTime(), own.validToDate.getTime(), machine.now()]
  const hours = Math.floor((until - now) / 3_600_000)
  const params = { agent: config.agent.id, until: own.validToDate.toISOString().slice(0, 16), hours }
  if (now >= until) return { id: 'identity-expired', params }
  if (now < from) return { id: 'identity-not-yet', params: { ...params, from: own.validFromDate.toISOString() } }
  if (until - now < (until - from) * LATE_SHARE) return { id: 'identity-ends-soon', params }
  return { id: 'identity-good', params }
}
