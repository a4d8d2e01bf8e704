// Does something listen on the ports that should be open.
import type { AgentDevice } from '../../devices/device.ts'
import { connectTcp } from '../../protocols/tcp/tcp.ts'
import type { Poller, Recorder } from '../input.ts'

export interface TcpPollerDeps {
  readonly device: AgentDevice
  readonly recorder: Recorder
  /** Wall ms. */
  readonly wall: () => number
}

/** One for each port of the device's file. */
export function createTcpPollers({ device, recorder, wall }: TcpPollerDeps): readonly Poller[] {
  return (device.tcp ?? []).map(({ port, intervalMs, timeoutMs }) => {
    const resource = `tcp:${port}`
    const states = { 0: 'closed', 1: 'open' }
    const base = { device: device.id, resource }
    const open = recorder.series({ ...base, metric: 'tcp.open', unit: '', kind: 'state', states })
    const time = recorder.series({ ...base, metric: 'tcp.connect-time', unit: 'ms', kind: 'gauge' })
    const poll: Poller['poll'] = async (signal) => {
      const answer = await connectTcp(device.address, port, timeoutMs, signal)
      if (answer.outcome === 'cancelled') return { outcome: 'cancelled', resource }
      const at = wall()
      recorder.sample(open, at, answer.outcome === 'ok' ? 1 : 0)
      if (answer.outcome === 'ok') recorder.sample(time, at, answer.timeMs)
      const { outcome, detail } = answer
      return { outcome, resource, ...(detail === undefined ? {} : { detail }) }
    }
    return { input: 'tcp', device: device.id, intervalMs, deadlineMs: timeoutMs + 1000, poll }
  })
}
