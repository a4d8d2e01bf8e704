// Ports devices send to: free for this user, held by our own agent, or by another program; and buffers that are granted.
import type { Finding } from '#shared/doctor/doctor.ts'
import { nameOf } from '#shared/doctor/machine.ts'
import type { AgentCheck, AgentDoctorContext } from '../doctor.ts'
import type { MessageId } from '../words.ts'

/** What the syslog listener asks for when nothing is said. */
const SYSLOG_BUFFER_BYTES = 8 * 2 ** 20

interface Wanted {
  readonly what: string
  readonly kind: 'tcp' | 'udp'
  readonly host: string
  readonly port: number
  readonly bufferBytes?: number
}

export const portCheck: AgentCheck = {
  name: 'ports',
  async run(context) {
    const wanted = wantedBy(context.config)
    if (wanted.length === 0) return [{ id: 'ports-none' }]
    const found = await Promise.all(wanted.map((one) => look(context, one)))
    return [...found, ...buffers(context, wanted)]
  },
}

function wantedBy({ inputs, health }: AgentDoctorContext['config']): Wanted[] {
  const { traps, syslog } = inputs
  const wanted: Wanted[] = []
  if (traps)
    wanted.push({
      what: 'traps',
      kind: 'udp',
      host: traps.host,
      port: traps.port,
      bufferBytes: traps.receiveBufferBytes,
    })
  if (syslog?.udp) wanted.push({ what: 'syslog', kind: 'udp', ...syslog.udp, bufferBytes: SYSLOG_BUFFER_BYTES })
  if (syslog?.tcp) wanted.push({ what: 'syslog', kind: 'tcp', ...syslog.tcp })
  if (health.port !== 0) wanted.push({ what: 'health', kind: 'tcp', host: '127.0.0.1', port: health.port })
  return wanted
}

async function look({ machine, running }: AgentDoctorContext, wanted: Wanted): Promise<Finding<MessageId>> {
  const { what, kind, host, port } = wanted
  const params = { what, kind, port, host }
  if (port === 0) return { id: 'port-any', params }
  const bound = await machine.bind(kind, host, port)
  if (bound === 'free') return { id: running === undefined ? 'port-free' : 'port-not-served', params }
  if (bound !== 'EADDRINUSE' && bound !== 'EACCES') return { id: 'port-problem', params: { ...params, problem: bound } }
  const by = machine.holder(kind, port)
  const who = nameOf(by)
  // a service may open low ports that its user in a shell may not: then it says nothing of the port's holder either
  if (bound === 'EACCES' && by === null) return { id: 'port-forbidden', params }
  if (by !== null && /^(snmptrapd|rsyslogd?|syslog-ng|systemd-journal)/.test(by.name))
    return { id: 'port-taken-by-daemon', params: { ...params, who, name: by.name } }
  return { id: running === undefined ? 'port-taken' : 'port-ours', params: { ...params, who } }
}

/** Linux silently gives at most net.core.rmem_max. */
function buffers({ machine }: AgentDoctorContext, wanted: readonly Wanted[]): Finding<MessageId>[] {
  const most = Number(machine.sysctl('net/core/rmem_max'))
  const asked = Math.max(0, ...wanted.map((one) => one.bufferBytes ?? 0))
  return Number.isFinite(most) && most > 0 && asked > most ? [{ id: 'buffer-small', params: { asked, most } }] : []
}
