import { describe, expect, it } from 'vitest'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import type { AgentDevice } from '../../devices/device.ts'
import type { PingAnswer } from '../../protocols/icmp/icmp.ts'
import { createIcmpPollers } from './icmp.ts'

const device: AgentDevice = {
  id: 'sw-1',
  name: 'Switch',
  address: '192.0.2.1',
  icmp: { intervalMs: 60_000, count: 4, timeoutMs: 500 },
  tags: {},
  parents: [],
}

function pollerWith(answer: PingAnswer) {
  const recorder = createMemoryRecorder()
  const [poller] = createIcmpPollers({ device, recorder, pinger: { ping: async () => answer }, wall: () => 1000 })
  if (poller === undefined) throw new Error('no poller')
  return { poller, recorder }
}

describe('icmp input', () => {
  it('records reachability, loss and mean round trip', async () => {
    const { poller, recorder } = pollerWith({ by: 'fping', sent: 4, rttsMs: [1, 2, 3] })
    expect(await poller.poll(new AbortController().signal)).toEqual({ outcome: 'ok' })
    expect(recorder.values()).toEqual({ 'icmp.reachable': 1, 'icmp.loss': 25, 'icmp.rtt': 2 })
  })

  it('records a silent device as unreachable, without a round trip', async () => {
    const { poller, recorder } = pollerWith({ by: 'fping', sent: 4, rttsMs: [] })
    expect((await poller.poll(new AbortController().signal)).outcome).toBe('timeout')
    expect(recorder.values()).toEqual({ 'icmp.reachable': 0, 'icmp.loss': 100 })
  })

  it('says nothing about the device when no echo could be sent', async () => {
    const { poller, recorder } = pollerWith({ by: 'fping', sent: 0, rttsMs: [], problem: 'no such name' })
    expect(await poller.poll(new AbortController().signal)).toEqual({ outcome: 'unreachable', detail: 'no such name' })
    expect((await poller.poll(AbortSignal.abort())).outcome).toBe('cancelled')
    expect(recorder.values()).toEqual({})
  })

  it('is not made for a device without icmp', () => {
    const { icmp: _, ...without } = device
    const deps = { recorder: createMemoryRecorder(), pinger: { ping: async () => ({}) as PingAnswer }, wall: () => 0 }
    expect(createIcmpPollers({ ...deps, device: without })).toEqual([])
  })
})
