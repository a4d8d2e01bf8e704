// A collector killed between sending a message and writing down that it was sent: the receiver hears the same key again,
// never another one, and everything after it in order. What was measured before the kill is there after it.
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SampleResult } from '#shared/http/records.ts'
import { type Installation, startInstallation } from '../support/installation.ts'
import { until } from '../support/until.ts'
import { createVirtualSite, SMALL_SITE, type VirtualSite } from '../support/virtual-site/virtual-site.ts'

interface Received {
  readonly key: string
  readonly body: {
    readonly transition: string
    readonly text: string
    readonly deviceName: string
    readonly alarm?: { readonly severity: string }
    readonly evidence: readonly string[]
    readonly url: string
  }
}

let site: VirtualSite
let installation: Installation
let sink: Server
const received: Received[] = []
/** Holds answers back while it is set. */
let held: ServerResponse[] | undefined = []

beforeAll(async () => {
  sink = createServer((request, response) => {
    let text = ''
    request.on('data', (part) => {
      text += part
    })
    request.on('end', () => {
      received.push({ key: String(request.headers['idempotency-key']), body: JSON.parse(text) })
      if (held) held.push(response)
      else response.end('thanks')
    })
  })
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
  site = createVirtualSite({ devices: SMALL_SITE.slice(1, 3) })
  await site.start()
  const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/`
  const channel = { kind: 'webhook', id: 'sink', url, secret: 'a-shared-secret', allowPrivate: true }
  installation = await startInstallation({
    broker: 'embedded',
    devices: site.asAgentDevices({ intervalMs: 2000, timeoutMs: 500 }) as never,
    collectorConfig: { notify: { channels: [channel] } },
  })
})
afterAll(async () => {
  await installation?.stop()
  await site?.stop()
  await new Promise((resolve) => sink?.close(resolve))
})

const samples = (query: string) => installation.api.get<SampleResult>(`/api/v1/samples?device=hq.access-1&${query}`)
const values = (result: SampleResult) => result.series.map((s) => s.points.filter(([, v]) => v !== null))

describe('a collector killed while it sends', () => {
  it('sends again with the same key, and what follows once', async () => {
    const long = { timeoutMs: 60_000, everyMs: 200 }
    const metrics = 'metric=if.oper-status&metric=if.in-octets&metric=if.hc-in-octets'
    await until(async () => values(await samples(metrics)).some((points) => points.length >= 3), long)
    const before = values(await samples(`${metrics}&as=raw`))
    await site.fault('link-down')
    await until(() => received.length > 0, long)
    const [first] = received as [Received]
    expect(first.body).toMatchObject({ transition: 'opened', alarm: { severity: expect.any(String) } })
    expect(first.body.text).toContain('Site: Head office')
    expect(first.body.deviceName).toMatch(/access-1/)
    expect(first.body.evidence.length).toBeGreaterThan(0)
    await installation.collector.kill()
    for (const response of held ?? []) response.destroy()
    held = undefined
    const started = performance.now()
    await installation.collector.start()
    await until(() => received.length > 1, long)
    expect(received.map((r) => r.key)).toEqual([first.key, first.key])
    expect(received[1]?.body.transition).toBe('opened')
    expect(performance.now() - started).toBeLessThan(30_000)
    await until(async () => {
      const { items } = await installation.api.get<{ items: { state: string }[] }>('/api/v1/notifications')
      return items.length > 0 && items.every((n) => n.state === 'sent')
    }, long)
    await site.clear('link-down')
    await until(() => received.some((r) => r.body.transition === 'resolved'), long)
    expect(received.filter((r) => r.key === first.key)).toHaveLength(2)
    expect(received.filter((r) => r.body.transition === 'resolved')).toHaveLength(1)
    // what was measured before the kill is still there, as it was
    const after = values(await samples(`${metrics}&as=raw`))
    for (const [i, points] of before.entries()) expect(after[i]?.slice(0, points.length)).toEqual(points)
  })

  it('gives gauges, states and counters of polled devices', async () => {
    const all = await samples('')
    const kinds = new Set(all.series.map((s) => s.kind))
    expect([...kinds]).toEqual(expect.arrayContaining(['gauge', 'state']))
    const rates = all.series.filter((s) => s.kind.startsWith('counter'))
    expect(rates.length).toBeGreaterThan(0)
    expect(rates.every((s) => s.unit.endsWith('/s'))).toBe(true)
    expect(rates.some((s) => s.points.some(([, v]) => v !== null && v >= 0))).toBe(true)
    const week = await samples(`from=${Date.now() - 90 * 86_400_000}&to=${Date.now()}`)
    expect(week.series.every((s) => s.points.length <= 1600)).toBe(true)
    const page = await installation.api.get<SampleResult>(
      `/api/v1/samples?device=hq.access-1&cursor=${all.nextCursor ?? ''}`.replace(/&cursor=$/, ''),
    )
    expect(page.series.length).toBeGreaterThan(0)
  })
})
