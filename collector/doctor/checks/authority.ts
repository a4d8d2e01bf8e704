// The own authority: its key is there and opens, it is valid, what our servers show is from it, its revocation list is fresh.
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type { Finding } from '#shared/doctor/doctor.ts'
import type { CollectorCheck, DoctorContext } from '../doctor.ts'
import type { MessageId } from '../words.ts'

const SOON_MS = 180 * 86_400_000
/** It is written anew every day. */
const LIST_OLD_MS = 2 * 86_400_000

export const authorityCheck: CollectorCheck = {
  name: 'authority',
  async run(context, signal) {
    const { config, machine, openAuthority } = context
    const file = join(config.dataDir, 'keys', 'ca.pem')
    if (machine.stat(file) === null) return [{ id: 'authority-none' }]
    const opened = await openAuthority()
    if ('problem' in opened) return [{ id: 'authority-closed', params: { problem: opened.problem } }]
    const until = new X509Certificate(opened.ca).validToDate
    const left = until.getTime() - machine.now()
    const params = { file, until: until.toISOString().slice(0, 10), days: Math.floor(left / 86_400_000) }
    const state = left < 0 ? 'authority-ended' : left < SOON_MS ? 'authority-ends-soon' : 'authority-good'
    const servers = await Promise.all(shownBy(context).map((server) => look(context, server, opened.ca, signal)))
    return [{ id: state, params }, ...servers.flat(), ...list(context)]
  },
}

interface Server {
  readonly what: string
  readonly port: number
}

/** Servers of the running collector that show a certificate of ours. */
function shownBy({ config, running }: DoctorContext): Server[] {
  if (!running) return []
  const servers: Server[] = config.http.tls === 'own' ? [{ what: 'http', port: config.http.port }] : []
  const { tls } = config.broker.embedded
  if (config.broker.url === undefined && tls.enabled === true) servers.push({ what: 'broker', port: tls.port })
  return servers
}

async function look(
  { machine, config }: DoctorContext,
  { what, port }: Server,
  ca: string,
  signal: AbortSignal,
): Promise<Finding<MessageId>[]> {
  const wanted = config.enrolment.names?.[0]
  const answer = await machine.handshake({ host: '127.0.0.1', port, ca, ...(wanted ? { name: wanted } : {}) }, signal)
  // whether anybody listens is said by another check
  if (!answer.ok) return []
  const distrust = wanted === undefined && answer.distrust?.includes('ALTNAME') ? null : answer.distrust
  return distrust === null ? [] : [{ id: 'own-server-not-trusted', params: { what, port, problem: distrust } }]
}

function list({ config, machine }: DoctorContext): Finding<MessageId>[] {
  const file = config.broker.crlFile
  if (file === undefined) return []
  const facts = machine.stat(file)
  if (facts === null) return [{ id: 'crl-missing', params: { file } }]
  const hours = Math.floor((machine.now() - facts.changedAt) / 3_600_000)
  return [{ id: machine.now() - facts.changedAt > LIST_OLD_MS ? 'crl-old' : 'crl-good', params: { file, hours } }]
}
