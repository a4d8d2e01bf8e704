// Device profiles of a running agent: dropped into its folder, edited, broken, removed, and sent by the collector. The
// devices of a profile follow it without a restart, and what cannot be used is told.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProfileFacts } from '#agent/profile-desk.ts'
import type { IncidentDetail } from '#shared/http/incidents.ts'
import type { DeviceDetail } from '#shared/http/inventory.ts'
import { type EnrolledSite, startEnrolledSite } from '#test/support/enrolled-site.ts'
import { until } from '#test/support/until.ts'
import { createVirtualSite, SMALL_SITE, type VirtualSite } from '#test/support/virtual-site/virtual-site.ts'

const SLOW = { timeoutMs: 30_000 }
let whole: EnrolledSite
let site: VirtualSite
let dir: string
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'outrider-profiles-'))
  site = createVirtualSite({ devices: SMALL_SITE.slice(0, 1), network: '127.0.34' })
  await site.start()
  const { address, snmp } = (site.devices[0] as (typeof site.devices)[number]).asAgentDevice()
  whole = await startEnrolledSite({
    profilesDir: dir,
    devices: [
      {
        id: 'core-1',
        address,
        snmp: { version: 'v2c', community: snmp?.community, port: snmp?.port, intervalMs: 1000, timeoutMs: 400 },
      },
    ],
  })
}, 60_000)
afterAll(async () => {
  await whole?.[Symbol.asyncDispose]()
  await site?.stop()
  rmSync(dir, { recursive: true, force: true })
})

const device = () => whole.api.get<DeviceDetail>('/api/v1/devices/hq.core-1').catch(() => undefined)
const withProfile = (name: string, metric?: string) =>
  until(
    async () => {
      const found = await device()
      const has = metric === undefined || found?.series.some((series) => series.metric === metric)
      return found?.profile === name && has ? found : undefined
    },
    { ...SLOW, what: `profile ${name} with ${metric}` },
  )
const facts = () => (whole.report().site as { profiles: ProfileFacts }).profiles
const told = (text: string) =>
  until(
    async () => {
      const { items } = await whole.api.get<{ items: { summary?: string }[] }>('/api/v1/events?kind=agent&limit=50')
      return JSON.stringify(items).includes(text)
    },
    { ...SLOW, what: `an event about ${text}` },
  )
const mine = (metric: string) => `
description: Dropped in while the agent runs
selector: [{ sysobjectid: { include: ['1.3.6.1.*'] }, sysdescr: { include: ['.'] } }]
metrics:
  - { MIB: IF-MIB, symbol: { OID: 1.3.6.1.2.1.2.1.0, name: ifNumber, x-outrider: { metric: ${metric} } } }
`

it('is followed by its devices when it comes, changes, breaks and goes', { timeout: 120_000 }, async () => {
  const first = await until(async () => ((await device())?.profile ? await device() : undefined), SLOW)
  const stock = first?.profile as string
  const file = join(dir, 'mine.yaml')

  writeFileSync(file, mine('port.count'))
  writeFileSync(join(dir, 'pinned.yaml'), `sysobjectid: ${first?.sysObjectId}\nextends: [mine]\n`)
  await withProfile('pinned', 'port.count')
  await told('added')
  const before = facts()
  expect(before).toMatchObject({ files: 2, kept: [], problems: [] })

  writeFileSync(file, mine('port.number'))
  await withProfile('pinned', 'port.number')
  expect(facts().changedAt).toBeGreaterThan(before.changedAt)

  writeFileSync(file, 'metrics: [ { broken')
  await until(() => facts().kept.includes(file), SLOW)
  expect(facts().problems.join()).toContain('mine.yaml:1')
  await told('the version before is used')
  expect((await device())?.profile).toBe('pinned')

  rmSync(file)
  rmSync(join(dir, 'pinned.yaml'))
  await withProfile(stock)
  expect(facts()).toMatchObject({ files: 0, kept: [] })
})

it('comes from the collector, which refuses a broken one', { timeout: 120_000 }, async () => {
  const { sysObjectId, profile: stock } = (await device()) as DeviceDetail
  const text = `sysobjectid: ${sysObjectId}${mine('port.sent').replace(/selector.*\n/, '')}`
  const path = '/api/v1/sites/hq/config/profiles/sent.yaml'
  await whole.api.put(path, { text })
  await withProfile('sent', 'port.sent')
  await expect(whole.api.put(path, { text: 'metrics: [ { broken' })).rejects.toThrow()
  await whole.api.put(path, { text: text.replace('port.sent', 'port.sent-again') })
  await withProfile('sent', 'port.sent-again')
  await whole.api.remove(path)
  await withProfile(stock as string)
})

it('says what is asked as soon as an alarm opens an incident', { timeout: 120_000 }, async () => {
  const { sysObjectId } = (await device()) as DeviceDetail
  const own = `sysobjectid: ${sysObjectId}
x-outrider:
  alarms: [{ metric: port.asked, above: 1, for: 0, severity: critical, alarmType: ports.many }]
  diagnostics:
    ports.many: [{ action: snmp-get, oids: [1.3.6.1.2.1.1.5.0], title: { zh-CN: 名称, en: Its name } }]
    '*': [{ action: tcp, port: 9100 }]
`
  writeFileSync(join(dir, 'asks.yaml'), `${own}${mine('port.asked').replace(/selector.*\n/, '')}`)
  const done = await until(
    async () => {
      const { items } = await whole.api.get<{ items: { id: string; title: string }[] }>('/api/v1/incidents')
      for (const { id } of items) {
        const { evidence } = await whole.api.get<IncidentDetail>(`/api/v1/incidents/${id}`)
        if (evidence.some((e) => e.title) && evidence.every((e) => e.state !== 'pending')) return evidence
      }
      return undefined
    },
    { ...SLOW, what: 'the first evidence' },
  )
  expect(done.map((e) => e.action).sort()).toEqual(['poll-now', 'snmp-get'])
  expect(done.find((e) => e.action === 'snmp-get')).toMatchObject({
    ...{ state: 'done', requestedBy: 'system', title: { 'zh-CN': '名称', en: 'Its name' } },
    result: { values: [{ oid: '1.3.6.1.2.1.1.5.0', value: expect.any(String) }] },
  })
  rmSync(join(dir, 'asks.yaml'))
})
