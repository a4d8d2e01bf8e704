// The clock: against the collector's, as the running agent knows it from acks or as its API says, and the time service.
import type { Finding } from '#shared/doctor/doctor.ts'
import type { AgentCheck, AgentDoctorContext } from '../doctor.ts'
import type { MessageId } from '../words.ts'

/** No release is older. */
const EARLIEST = Date.UTC(2026, 0, 1)
/** Signed commands are refused beyond about this. */
const OFF_MS = 60_000

export const clockCheck: AgentCheck = {
  name: 'clock',
  async run(context, signal) {
    const { machine } = context
    const time = new Date(machine.now()).toISOString()
    if (machine.now() < EARLIEST) return [{ id: 'clock-before-release', params: { time } }]
    const offset = await offsetOf(context, signal)
    if (offset !== undefined && Math.abs(offset) > OFF_MS)
      return [{ id: 'clock-off', params: { time, seconds: Math.round(offset / 1000) } }]
    const service = await machine.timeService()
    const ids = {
      synchronised: 'clock-good',
      'not-synchronised': 'clock-not-kept',
      unknown: 'clock-no-service',
    } as const
    const found: Finding<MessageId>[] = [{ id: ids[service], params: { time } }]
    return offset === undefined ? [...found, { id: 'clock-not-compared' }] : found
  },
}

/** Ours minus the collector's, ms. The Date header has whole seconds. */
async function offsetOf({ running, machine, collectorUrl }: AgentDoctorContext, signal: AbortSignal) {
  if (running !== undefined && running !== 'silent' && running.uplink.clockOffsetMs !== null)
    return running.uplink.clockOffsetMs
  if (collectorUrl === undefined) return undefined
  try {
    // who answers is not believed in anything but the time, and that only for a warning
    const { headers } = await machine.get(new URL('/healthz', collectorUrl).href, { anyCertificate: true }, signal)
    const date = Date.parse(headers.date ?? '')
    return Number.isNaN(date) ? undefined : machine.now() - date
  } catch {
    return undefined
  }
}
