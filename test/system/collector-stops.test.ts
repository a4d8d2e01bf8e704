// A collector under load stops within its time, and starts again after being killed at any moment.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLedger } from '../faults/ledger.ts'
import { createLoad, type Load } from '../faults/load.ts'
import { type Installation, startInstallation } from '../support/installation.ts'
import { until } from '../support/until.ts'

let installation: Installation
let load: Load
beforeAll(async () => {
  installation = await startInstallation({ broker: 'embedded' })
  load = createLoad(createLedger(1), { ...installation.ports, logFile: installation.logFile }, 300, [
    'trap',
    'inform',
    'syslog-udp',
    'syslog-tcp',
  ])
  load.trusting = true
  load.start()
})
afterAll(async () => {
  await load?.stop()
  await installation?.stop()
})

const waitForRecords = () =>
  until(async () => (await fetch(`${installation.api.base}/readyz`).catch(() => undefined))?.ok === true, {
    timeoutMs: 60_000,
  })

it('stops within 10 s of being asked, with no complaint', async () => {
  await waitForRecords()
  const { collector } = installation
  const started = performance.now()
  await collector.stop()
  expect(performance.now() - started).toBeLessThan(10_000)
  expect(collector.output()).toContain('collector stops')
  expect(collector.output()).not.toContain('stopping took too long')
  await collector.start()
})

it('starts again wherever it was killed: while it starts, just after, and at work', async () => {
  const { collector, api } = installation
  await collector.kill()
  for (const after of [40, 300, 900]) {
    const starting = collector.start().catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, after))
    await collector.kill()
    await starting
  }
  await collector.start()
  await waitForRecords()
  const health = await api.get<{ ready: boolean; figures: Record<string, number> }>('/api/v1/health')
  expect(health.ready).toBe(true)
  load.pause()
  await installation.drained(60_000)
})
