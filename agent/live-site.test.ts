import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { readAgentConfig } from './config/config.ts'
import { type SiteView, siteView } from './config/site-view.ts'
import type { AgentDevice } from './devices/device.ts'
import { createLiveSite, type LiveSite } from './live-site.ts'
import type { Outbox } from './outbox/outbox.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const device = (id: string, other: Partial<AgentDevice> = {}): AgentDevice => ({
  ...{ id, name: id, address: '127.0.0.1', tags: {}, parents: [], origin: 'collector' },
  snmp: { version: 'v2c', community: 'x', port: 9, timeoutMs: 50, retries: 0, intervalMs: 60_000, maxRepetitions: 10 },
  ...other,
})

async function rig(first: readonly AgentDevice[]) {
  const text = 'agent: {id: agent-hq-0001}\nbroker: {url: "mqtt://b", password: pw}\n'
  const read = readAgentConfig(text, { file: 'f', secrets: { env: () => undefined, file: () => '' } })
  if (!read.ok) throw new Error('should read')
  const recorder = createMemoryRecorder()
  const bad = new Set<string>()
  const series: Outbox['series'] = (definition) => {
    if (bad.has(definition.device)) throw new Error('no room for its series')
    return recorder.series(definition)
  }
  const view = (devices: readonly AgentDevice[]): SiteView => ({
    ...siteView(read.value, undefined, () => ''),
    devices,
  })
  const site: LiveSite = await createLiveSite({
    ...{
      own: read.value,
      first: view(first),
      outbox: { ...recorder, series } as unknown as Outbox,
      pinger: {} as never,
    },
    ...{ clock: { wall: () => Date.now(), mono: () => performance.now(), boot: 'b' }, log: pino({ level: 'silent' }) },
    ...{ refuse: () => undefined, resolve: async () => [] },
  })
  closing.push(() => site.stop())
  await site.start()
  const told = () => recorder.events.filter((event) => event.kind === 'inventory')
  return { site, view, bad, told }
}

describe('what the running agent watches', () => {
  it('keeps client and pollers of a device that did not change', async () => {
    const { site, view } = await rig([device('a'), device('b')])
    const [client, pollers] = [site.client('a'), site.pollers('a')]
    await site.apply(view([device('c'), device('b', { name: 'Other' }), device('a')]))
    expect(site.client('a')).toBe(client)
    expect(site.pollers('a')).toBe(pollers)
    expect(site.figures()).toMatchObject({ devices: 3, checks: 3 })
    await site.apply(view([device('c')]))
    expect([site.client('a'), site.client('b'), site.pollers('a').length]).toEqual([undefined, undefined, 0])
    expect(site.figures()).toMatchObject({ devices: 1, checks: 1 })
  })

  it('tells the collector what changed, and everything when that is much', async () => {
    const { site, view, told } = await rig([device('a'), device('b')])
    expect(told()).toMatchObject([{ complete: true }])
    await site.apply(view([device('a'), device('c')]))
    expect(told().slice(1)).toMatchObject([
      { complete: false, devices: [{ device: 'c', origin: 'collector' }] },
      { complete: false, devices: [], range: { after: 'a', upTo: 'b' } },
    ])
    await site.apply(view(Array.from({ length: 60 }, (_, i) => device(`d-${i}`))))
    expect(told().slice(3)).toMatchObject([{ complete: true }])
  })

  it('goes on without a device that cannot be watched, and tries it again with the next change', async () => {
    const { site, view, bad } = await rig([device('a')])
    bad.add('b')
    const problems = await site.apply(view([device('a'), device('b'), device('c')]))
    expect(problems).toEqual([{ device: 'b', path: '', message: 'cannot be watched: no room for its series' }])
    expect(site.figures().checks).toBe(2)
    bad.clear()
    expect(await site.apply(view([device('a'), device('b')]))).toEqual([])
    expect(site.figures().checks).toBe(2)
    expect(site.pollers('b')).toHaveLength(1)
  })
})
