// Windows, inhibitions and the list of what is suppressed through the API, over the real judgement and the real database.
import { describe, expect, it } from 'vitest'
import type { DeviceWork, WindowPreview, WindowRow } from '#shared/http/maintenance.ts'
import type { InhibitionList, SuppressedPage } from '#shared/http/suppression.ts'
import { type Said, tell } from '#test/support/judgement-story.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { isListed } from './alarms/alarms.ts'
import type { SuppressionBook } from './api/deps.ts'
import type { Turns } from './ingest/evaluation.ts'
import { readStockRules } from './rules/rule-folder.ts'
import type { ChangeSet } from './storage/change-set.ts'
import { createAlarmStore } from './storage/sqlite/alarm-store.ts'
import { createSuppressionStore } from './storage/sqlite/suppression-store.ts'
import { createSuppressionDesk } from './suppression-desk.ts'

const ping = (value: number, device = 'switch'): Said => ({ metric: 'icmp.reachable', device, value })
const cpu = (value: number): Said => ({ metric: 'cpu', value, kind: 'gauge' })
const busy = readStockRules().rules
const firmware = {
  ...{ title: 'firmware', owner: 'li', note: 'by night', selector: { devices: ['shanghai.switch'] } },
  ...{ behaviour: 'no-open', start: '2026-06-01T00:00', zone: 'UTC', durationMinutes: 60, rrule: null },
}

async function begin() {
  const story = await tell({ rules: busy, inhibitions: [] })
  story.event({
    ...{ kind: 'inventory', at: 0, device: null, complete: true },
    devices: ['switch', 'camera'].map((device) => ({ device, name: device, address: '192.0.2.1' })),
  })
  const stores: { write(changes: ChangeSet, now: number): void }[] = []
  const turns = {
    async run<T>(work: (now: number) => { changes: ChangeSet; value: T }): Promise<T> {
      const { changes, value } = work(story.wall())
      story.commit(changes)
      for (const store of stores) store.write(changes, story.wall())
      return value
    },
  } as unknown as Turns<ChangeSet>
  let book: SuppressionBook | undefined
  const late = new Proxy({} as SuppressionBook, { get: (_, name) => book?.[name as keyof SuppressionBook] })
  const api = await createTestApi({ deps: { suppression: late }, now: story.wall })
  const kept = createSuppressionStore(api.database)
  const alarms = createAlarmStore(api.database, isListed)
  stores.push(kept, alarms)
  const parts = {
    store: kept,
    dir: 'no-such-folder',
    now: story.wall,
    judgement: () => story.judgement,
    turns: () => turns,
  }
  const desk = createSuppressionDesk(parts)
  book = desk.book
  await turns.run((now) => story.judgement.written.replaceInhibitions(desk.read().inhibitions ?? [], now))
  const headers = { cookie: await api.signIn(), 'x-requested-with': 'test' }
  const ask = async <T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) => {
    const answer = await api.app.inject({ method, url: `/api/v1${url}`, headers, ...(payload ? { payload } : {}) })
    return { status: answer.statusCode, body: (answer.body === '' ? null : answer.json()) as T }
  }
  const say = (at: number, ...said: Said[]) => {
    story.at(at)
    alarms.write(story.poll(...said), story.wall())
    alarms.write(story.tick(), story.wall())
  }
  return { story, desk, ask, say, kept, [Symbol.asyncDispose]: () => api[Symbol.asyncDispose]() }
}

describe('windows', () => {
  it('are previewed, planned, shown, changed, extended, ended and deleted; a conflicting edit is refused', async () => {
    await using t = await begin()
    const preview = await t.ask<WindowPreview>('POST', '/maintenance-windows/preview', {
      ...firmware,
      rrule: 'FREQ=WEEKLY;BYDAY=SU',
    })
    expect(preview.body).toMatchObject({ devices: 1, examples: ['shanghai.switch'], selects: 'some', warnings: [] })
    expect(preview.body.next).toHaveLength(5)
    const bad = await t.ask<{ error: { details: unknown } }>('POST', '/maintenance-windows', {
      ...firmware,
      rrule: 'FREQ=HOURLY',
    })
    expect(bad.status).toBe(400)
    expect(bad.body.error.details).toMatchObject([
      { path: 'window.rrule', message: expect.stringContaining('FREQ=HOURLY') },
    ])

    t.say(0, ping(1))
    t.say(30, ping(1))
    const { body: made, status } = await t.ask<WindowRow>('POST', '/maintenance-windows', firmware)
    expect(status).toBe(201)
    expect(made).toMatchObject({ version: 1, state: 'active', createdBy: 'admin', next: [], held: 0 })
    t.say(60, ping(0))
    t.say(90, ping(0))
    expect((await t.ask<WindowRow>('GET', `/maintenance-windows/${made.id}`)).body.held).toBe(1)
    const page = (await t.ask<SuppressedPage>('GET', '/suppressed?by=maintenance')).body
    expect(page.items).toMatchObject([{ refName: 'firmware', suppression: { by: 'maintenance', ref: made.id } }])
    expect(page.counts).toMatchObject({ maintenance: 1, shelved: 0, cause: 0 })
    expect((await t.ask<SuppressedPage>('GET', '/suppressed?by=shelved')).body.items).toEqual([])

    const { version, id } = made
    const { status: saved } = await t.ask('PUT', `/maintenance-windows/${id}`, {
      window: { ...firmware, note: 'x' },
      version,
    })
    expect(saved).toBe(200)
    const again = await t.ask<{ error: { message: string } }>('PUT', `/maintenance-windows/${id}`, {
      window: firmware,
      version,
    })
    expect(again.status).toBe(409)
    expect(again.body.error.message).toContain('admin has changed it meanwhile')
    const until = made.active?.end as number
    const longer = await t.ask<WindowRow>('POST', `/maintenance-windows/${id}/extend`, { until: until + 600_000 })
    expect(longer.body.active?.end).toBe(until + 600_000)
    t.story.at(120)
    const { start = 0, end = 0 } = longer.body.active ?? {}
    const work = async (from: number, to: number, device = 'shanghai.switch') => {
      const found = await t.ask<DeviceWork>('GET', `/devices/${device}/maintenance?from=${from}&to=${to}`)
      return found.body.items
    }
    expect(await work(start - 1, end)).toEqual([{ window: id, title: 'firmware', start, end }])
    expect(await work(start + 1, start + 2)).toHaveLength(1)
    expect([await work(start - 2, start), await work(end, end + 1)]).toEqual([[], []])
    expect(await work(start, end, 'shanghai.camera')).toEqual([])
    const ended = await t.ask<WindowRow>('POST', `/maintenance-windows/${id}/end`)
    expect(ended.body).toMatchObject({ state: 'over', active: null, version: 4 })
    expect(t.kept.windows()).toMatchObject([{ id, version: 4, note: 'x' }])
    expect((await t.ask('POST', `/maintenance-windows/${id}/end`)).status).toBe(409)
    expect((await t.ask('DELETE', `/maintenance-windows/${id}?version=3`)).status).toBe(409)
    expect((await t.ask('DELETE', `/maintenance-windows/${id}?version=4`)).status).toBe(204)
    expect(t.kept.windows()).toEqual([])
    expect(t.story.all.audit.map(({ action }) => action)).toEqual(
      expect.arrayContaining([
        'maintenance.add',
        'maintenance.change',
        'maintenance.extend',
        'maintenance.end',
        'maintenance.delete',
      ]),
    )
  })

  it('are listed in pages, running ones first, and by what they concern', async () => {
    await using t = await begin()
    for (let n = 0; n < 5; n++) {
      const start = n === 3 ? firmware.start : `2026-06-0${n + 2}T00:00`
      const selector = { devices: [n % 2 === 0 ? '*.camera' : '*.switch'] }
      await t.ask('POST', '/maintenance-windows', { ...firmware, title: `w${n}`, start, selector })
    }
    const titles: string[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page: { items: WindowRow[]; nextCursor: string | null } = (
        await t.ask<never>('GET', `/maintenance-windows?limit=2${more}`)
      ).body
      titles.push(...page.items.map(({ title }) => title))
      cursor = page.nextCursor
    }
    expect(titles).toEqual(['w3', 'w0', 'w1', 'w2', 'w4'])
    const some = await t.ask<{ items: WindowRow[] }>('GET', '/maintenance-windows?device=shanghai.switch&state=planned')
    expect(some.body.items.map(({ title }) => title)).toEqual(['w1'])
  })

  it('over everything or nothing say so before they are saved', async () => {
    await using t = await begin()
    const of = async (selector: object) =>
      (await t.ask<WindowPreview>('POST', '/maintenance-windows/preview', { ...firmware, selector })).body.selects
    expect(await of({})).toBe('everything')
    expect(await of({ sites: ['beijing'] })).toBe('nothing')
    expect(await of({ customers: ['acme'], resources: ['if:*'] })).toBe('some')
  })
})

describe('inhibitions', () => {
  it('are shipped, replaced and added in the console; a conflicting edit is refused', async () => {
    await using t = await begin()
    const list = async () => (await t.ask<InhibitionList>('GET', '/inhibitions')).body
    expect((await list()).problems).toEqual([])
    const shipped = (await list()).items.find(({ id }) => id === 'unreachable-device')
    expect(shipped).toMatchObject({ origin: 'built-in', version: 0, file: 'stock/inhibitions.yaml:4' })
    const own = {
      id: 'door',
      source: { alarmTypes: ['power.*'] },
      target: { alarmTypes: ['door.open'] },
      equal: ['site'],
    }
    expect((await t.ask('PUT', '/inhibitions/door', { inhibition: own, version: 0 })).status).toBe(204)
    expect((await t.ask('PUT', '/inhibitions/door', { inhibition: own, version: 0 })).status).toBe(409)
    expect(
      (await t.ask('PUT', '/inhibitions/door', { inhibition: { ...own, equal: ['colour'] }, version: 1 })).status,
    ).toBe(400)
    const off = { ...own, id: 'unreachable-device', enabled: false }
    expect((await t.ask('PUT', '/inhibitions/unreachable-device', { inhibition: off, version: 0 })).status).toBe(204)
    expect((await list()).items.find(({ id }) => id === 'unreachable-device')).toMatchObject({
      origin: 'database',
      enabled: false,
    })
    expect((await t.ask('DELETE', '/inhibitions/unreachable-device?version=1')).status).toBe(204)
    expect((await list()).items.find(({ id }) => id === 'unreachable-device')).toMatchObject({
      origin: 'built-in',
      enabled: true,
    })
    expect(t.kept.inhibitions()).toMatchObject([{ version: 1, inhibition: { id: 'door' } }])
  })

  it('that ship: while a device does not answer, nobody hears that it gives no data', async () => {
    await using t = await begin()
    t.say(0, ping(1), cpu(1))
    t.say(30, ping(0))
    t.say(60, ping(0))
    for (let s = 90; s <= 1200; s += 30) t.say(s, ping(0))
    const items = (await t.ask<SuppressedPage>('GET', '/suppressed')).body.items
    for (const { alarmType, suppression } of items)
      expect([alarmType, suppression.by]).not.toContain('device.unreachable')
    expect(t.story.incidents()).toHaveLength(1)
    expect(t.story.pages()).toEqual(['opened'])
  })
})
