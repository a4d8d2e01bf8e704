// Ports of console and embedded broker: free, held by our own running collector, or by somebody else.
import type { Finding } from '#shared/doctor/doctor.ts'
import { nameOf } from '#shared/doctor/machine.ts'
import type { CollectorCheck, DoctorContext } from '../doctor.ts'
import type { MessageId } from '../words.ts'

export const portCheck: CollectorCheck = {
  name: 'ports',
  async run(context, signal) {
    const { http, broker } = context.config
    const wanted = [{ key: 'http.port', host: http.host, port: http.port }]
    const { host, port, tls } = broker.embedded
    if (broker.url === undefined) {
      wanted.push({ key: 'broker.embedded.port', host, port })
      // `auto` opens it when there is somebody to hear: by then it must be free
      const secure = tls.enabled === true || (tls.enabled === 'auto' && !context.running)
      if (secure) wanted.push({ key: 'broker.embedded.tls.port', host: tls.host, port: tls.port })
    }
    return await Promise.all(wanted.map(({ key, host, port }) => look(context, key, host, port, signal)))
  },
}

async function look(
  context: DoctorContext,
  key: string,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<Finding<MessageId>> {
  const { machine, running, config } = context
  const params = { key, host, port }
  if (port === 0) return { id: 'port-any', params }
  const bound = await machine.bind('tcp', host, port)
  if (bound === 'free') return { id: running ? 'port-not-served' : 'port-free', params }
  if (bound === 'EACCES') return { id: 'port-forbidden', params }
  if (bound === 'EADDRNOTAVAIL') return { id: 'port-no-address', params }
  if (bound !== 'EADDRINUSE') return { id: 'port-problem', params: { ...params, problem: bound } }
  const who = nameOf(machine.holder('tcp', port))
  if (!running) return { id: 'port-taken', params: { ...params, who } }
  if (key !== 'http.port') return { id: 'port-ours', params: { ...params, who } }
  const local = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  const scheme = config.http.tls ? 'https' : 'http'
  // its own certificate is judged by another check
  const answer = await machine
    .get(`${scheme}://${local}:${port}/readyz`, { anyCertificate: true }, signal)
    .catch((error: Error) => error)
  if (answer instanceof Error) return { id: 'console-silent', params: { ...params, problem: answer.message } }
  const reasons = reasonsIn(answer.body)
  if (reasons === undefined) return { id: 'port-taken', params: { ...params, who } }
  return reasons.length === 0
    ? { id: 'port-ours', params: { ...params, who } }
    : { id: 'console-not-ready', params: { ...params, problem: reasons.join('; ') } }
}

/** What the running collector says is wrong; undefined when it is no collector that answers. */
function reasonsIn(body: string): string[] | undefined {
  try {
    const { reasons } = JSON.parse(body) as { reasons?: { message?: unknown }[] }
    return Array.isArray(reasons) ? reasons.map((r) => String(r.message)) : undefined
  } catch {
    return undefined
  }
}
