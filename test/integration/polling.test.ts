// Scheduler, pollers, clients and real UDP together: a bad device costs its own slot, never another's.
import { pino } from 'pino'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Poller } from '#agent/inputs/input.ts'
import { readProfiles } from '#agent/inputs/snmp-poll/profile-files.ts'
import { createSnmpPoller } from '#agent/inputs/snmp-poll/snmp-poll.ts'
import { createTcpPollers } from '#agent/inputs/tcp/tcp.ts'
import { createSnmpClient } from '#agent/protocols/snmp/snmp.ts'
import { createScheduler } from '#agent/scheduling/scheduling.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { until } from '#test/support/until.ts'
import type { Behaviour } from '#test/support/virtual-site/virtual-device.ts'
import { createVirtualSite, SMALL_SITE } from '#test/support/virtual-site/virtual-site.ts'

let profiles: ReadonlyMap<string, Profile>
beforeAll(async () => {
  profiles = (await readProfiles()).profiles
})
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function watched(intervalMs: number) {
  const site = createVirtualSite({ devices: SMALL_SITE, drainSeconds: 0.2 })
  await site.start()
  closing.push(() => site.stop())
  const recorder = createMemoryRecorder()
  const clock = { wall: () => Date.now(), mono: () => performance.now() }
  const log = pino({ enabled: false })
  const pollers: Poller[] = site.devices.flatMap((virtual) => {
    const tcp = [{ port: virtual.tcpPort, intervalMs, timeoutMs: 200 }]
    const device = { ...virtual.asAgentDevice({ intervalMs, timeoutMs: 100 }), tcp }
    const { snmp } = device
    if (snmp === undefined) return []
    const client = createSnmpClient({ address: device.address, ...snmp, credentials: snmp })
    closing.push(() => client.close())
    const parts = { client, profiles: () => profiles, recorder, log, clock }
    return [
      createSnmpPoller({ ...parts, device: { ...device, snmp } }),
      ...createTcpPollers({ device, recorder, wall: clock.wall }),
    ]
  })
  const scheduler = createScheduler({ pollers, recorder, clock, random: Math.random, log })
  scheduler.start()
  closing.push(() => scheduler.stop())
  const polls = (device: string) => {
    const n = recorder.definition('poll.status', 'snmp', device)?.n
    return recorder.samples.filter((sample) => sample.n === n)
  }
  return { site, recorder, scheduler, polls }
}

describe('polling a site', () => {
  it('finds everything well, then sees a link go down when a trap asks for a poll', async () => {
    const { site, recorder, scheduler, polls } = await watched(2000)
    await until(() => SMALL_SITE.every(({ id }) => polls(id).length > 0))
    for (const { id } of SMALL_SITE) expect(recorder.latest('poll.status', 'snmp', id)).toBe(0)
    await site.fault('link-down')
    scheduler.requestPoll('access-1')
    const down = () => recorder.latest('if.oper-status', 'if:GigabitEthernet0/3', 'access-1') === 2
    await until(down, { timeoutMs: 3000 })
  })

  it.each(['silent', 'garbage', 'truncated', 'repeat', 'wrong-source', 'v3-answer'] satisfies Behaviour[])(
    'notices a device that is %s, and its neighbours keep their pace',
    async (behaviour) => {
      const { site, recorder, polls } = await watched(250)
      await until(() => SMALL_SITE.every(({ id }) => polls(id).length > 0))
      site.device('access-2').setBehaviour(behaviour)
      const before = polls('core-1').length
      await until(() => (recorder.latest('poll.status', 'snmp', 'access-2') ?? 0) > 0)
      await until(() => polls('core-1').length >= before + 4)
      expect(polls('core-1').every((sample) => sample.value === 0)).toBe(true)
      expect(recorder.events).toContainEqual(
        expect.objectContaining({ kind: 'check', device: 'access-2', input: 'snmp', before: 'ok' }),
      )
      if (behaviour === 'silent') {
        const port = site.device('access-2').tcpPort
        await until(() => recorder.latest('poll.status', `tcp:${port}`, 'access-2') === 2)
      }
      site.device('access-2').setBehaviour('normal')
      await until(() => recorder.latest('poll.status', 'snmp', 'access-2') === 0)
    },
  )

  it('follows a power failure: on battery, everything dark, everything back', async () => {
    const { site, recorder, polls } = await watched(200)
    await until(() => SMALL_SITE.every(({ id }) => polls(id).length > 0))
    await site.fault('power-loss')
    await until(() => SMALL_SITE.every(({ id }) => recorder.latest('poll.status', 'snmp', id) === 1))
    await site.clear('power-loss')
    await until(() => SMALL_SITE.every(({ id }) => recorder.latest('poll.status', 'snmp', id) === 0))
    expect(recorder.latest('sys.uptime', '', 'core-1')).toBeLessThan(60)
    expect(recorder.latest('ups.output-source', '', 'ups-1')).toBe(3)
  })
})
