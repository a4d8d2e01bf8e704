// The demo as a newcomer runs it: one command, then faults from a second terminal.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Device } from '#shared/domain/inventory.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { IncidentDetail, IncidentRow } from '#shared/http/incidents.ts'
import { type ApiClient, createApiClient } from '../support/api-client.ts'
import { type Child, startChild } from '../support/child.ts'
import { freePorts } from '../support/free-ports.ts'
import { until } from '../support/until.ts'

const PASSWORD = 'password-of-the-demo'
const MINUTE = 60_000
// a demo that somebody runs on this machine must not hear of our faults
const dir = mkdtempSync(join(tmpdir(), 'outrider-demo-test-'))
let demo: Child
let api: ApiClient

beforeAll(async () => {
  const [port] = (await freePorts(1)) as [number]
  const env = { OUTRIDER_ADMIN_PASSWORD: PASSWORD, TMPDIR: dir }
  demo = startChild(['node', 'test/demo/demo.ts', '--port', String(port)], { env })
  const [, address] = await demo.says(/Console {3}(http:\S+)\//, 90_000)
  api = createApiClient(address as string)
  await api.signIn('admin', PASSWORD)
  await until(
    async () => {
      const devices = await list<Device>('/api/v1/devices')
      return devices.length === 6 && devices.every((d) => d.profile !== null && d.state === 'up')
    },
    { timeoutMs: MINUTE, what: 'the whole site to be known and up' },
  )
})
afterAll(async () => {
  await demo?.stop()
  rmSync(dir, { recursive: true, force: true })
})

const list = async <T>(path: string) => (await api.get<{ items: T[] }>(path)).items
const incidents = () => list<IncidentRow>('/api/v1/incidents')
const openAlarms = () => list<AlarmRow>('/api/v1/alarms?cleared=false')
async function fault(name: string, undo = false): Promise<string> {
  const child = startChild(['node', 'test/demo/fault.ts', ...(name ? [name] : []), ...(undo ? ['--undo'] : [])], {
    env: { TMPDIR: dir },
  })
  await child.gone
  if (child.exited()?.code !== 0) throw new Error(child.output())
  return child.output()
}
const resolved = (id: string, what: string) =>
  until(async () => (await incidents()).find((i) => i.id === id)?.state === 'resolved', {
    timeoutMs: 2 * MINUTE,
    what: `the incident of ${what} to be resolved`,
  })
const quiet = () =>
  until(async () => (await openAlarms()).filter((a) => a.perceivedSeverity !== 'warning').length === 0, {
    timeoutMs: 2 * MINUTE,
    what: 'nothing to be wrong any more',
  })

it('lists its faults, and says so when there is no such fault', async () => {
  const text = await fault('')
  for (const name of ['link-down', 'power-loss', 'device-hang', 'site-cut', 'storm']) expect(text).toContain(name)
  await expect(fault('earthquake')).rejects.toThrow(/no fault earthquake/)
})

it('opens the first incident within 60 s of link-down, with evidence, and resolves it', async () => {
  const before = new Set((await incidents()).map((i) => i.id))
  await fault('link-down')
  const incident = await until(async () => (await incidents()).find((i) => !before.has(i.id)), {
    timeoutMs: MINUTE,
    what: 'an incident within 60 s',
  })
  expect(incident).toMatchObject({ device: 'hq.access-1' })
  await demo.says(new RegExp(`INCIDENT #${incident.number} new`), 10_000)
  const whole = () => api.get<IncidentDetail>(`/api/v1/incidents/${incident.id}`)
  await until(async () => (await whole()).timeline.some((entry) => entry.kind === 'diagnostic-result'), {
    timeoutMs: 30_000,
    what: 'the first evidence',
  })
  await fault('link-down', true)
  await resolved(incident.id, 'link-down')
  expect((await incidents()).filter((i) => !before.has(i.id))).toHaveLength(1)
})

it('tells of a power loss by the UPS, and is well again when mains is back', async () => {
  const before = new Set((await incidents()).map((i) => i.id))
  await fault('power-loss')
  const incident = await until(async () => (await incidents()).find((i) => !before.has(i.id)), {
    timeoutMs: MINUTE,
    what: 'an incident of the UPS',
  })
  expect(incident).toMatchObject({ device: 'hq.ups-1', priority: 1 })
  await fault('power-loss', true)
  await resolved(incident.id, 'power-loss')
  await quiet()
})

it('makes devices unknown, never down, with one incident of the site when its link is cut', async () => {
  const before = new Set((await incidents()).map((i) => i.id))
  await fault('site-cut')
  const incident = await until(async () => (await incidents()).find((i) => !before.has(i.id)), {
    timeoutMs: 2 * MINUTE,
    what: 'the incident of the site',
  })
  expect(incident).toMatchObject({ device: null, site: 'hq' })
  await until(async () => (await list<Device>('/api/v1/devices')).every((d) => d.state === 'unknown'), {
    timeoutMs: MINUTE,
    what: 'every device to be unknown',
  })
  await fault('site-cut', true)
  await resolved(incident.id, 'site-cut')
  await until(async () => (await list<Device>('/api/v1/devices')).every((d) => d.state === 'up'), {
    timeoutMs: MINUTE,
    what: 'every device to be up',
  })
  expect((await incidents()).filter((i) => !before.has(i.id))).toHaveLength(1)
})

it('ends cleanly when it is stopped', async () => {
  await demo.stop(20_000)
  expect(demo.exited()).toEqual({ code: 0, signal: null })
})
