// Is the device reachable, how fast, with how much loss.
import { REACHABLE_METRIC } from '#shared/domain/sample.ts'
import type { AgentDevice } from '../../devices/device.ts'
import type { Pinger } from '../../protocols/icmp/icmp.ts'
import type { Poller, Recorder } from '../input.ts'

export interface IcmpPollerDeps {
  readonly device: AgentDevice
  readonly recorder: Recorder
  readonly pinger: Pinger
  /** Wall ms. */
  readonly wall: () => number
}

/** None or one: as the device's file says. When no echo could be sent nothing is recorded: nothing is known. */
export function createIcmpPollers({ device, recorder, pinger, wall }: IcmpPollerDeps): readonly Poller[] {
  const { icmp } = device
  if (icmp === undefined) return []
  const base = { device: device.id, resource: '' }
  const states = { 0: 'unreachable', 1: 'reachable' }
  const reachable = recorder.series({ ...base, metric: REACHABLE_METRIC, unit: '', kind: 'state', states })
  const rtt = recorder.series({ ...base, metric: 'icmp.rtt', unit: 'ms', kind: 'gauge' })
  const loss = recorder.series({ ...base, metric: 'icmp.loss', unit: '%', kind: 'gauge' })
  const poll: Poller['poll'] = async (signal) => {
    const answer = await pinger.ping(device.address, icmp, signal)
    if (answer.sent === 0) {
      const outcome = signal.aborted ? 'cancelled' : 'unreachable'
      return { outcome, detail: answer.problem ?? 'no echo could be sent' }
    }
    const at = wall()
    const received = answer.rttsMs.length
    recorder.sample(reachable, at, received > 0 ? 1 : 0)
    recorder.sample(loss, at, ((answer.sent - received) / answer.sent) * 100)
    if (received === 0) return { outcome: 'timeout', detail: `0 of ${answer.sent} answers (${answer.by})` }
    recorder.sample(rtt, at, answer.rttsMs.reduce((sum, t) => sum + t, 0) / received)
    return { outcome: 'ok' }
  }
  // The slowest way, ping, sends one echo a second.
  const deadlineMs = icmp.count * 1000 + icmp.timeoutMs + 5000
  return [{ input: 'icmp', device: device.id, intervalMs: icmp.intervalMs, deadlineMs, poll }]
}
