import { describe, expect, it } from 'vitest'
import type { GapRow, QuarantineRow } from '#shared/http/records.ts'
import { createTestApi } from '#test/support/test-api.ts'

describe('quarantine and gaps', () => {
  it('show what came as data: text, or hex, bounded', async () => {
    await using t = await createTestApi()
    const add = t.database.prepare(
      'insert into quarantine (agent, epoch, lane, first, count, reason, raw, bytes, at) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    )
    const evil = '<img src=x onerror=alert(1)>'
    add.run('agent-one', 'e', 'event', 7, 1, `bad ${evil}`, Buffer.from(evil), evil.length, 5)
    add.run('agent-one', null, null, null, null, 'no header', Buffer.from([0, 255, 27]), 3, 6)
    add.run('agent-two', 'e', 'event', 1, 9, 'large', Buffer.from('é'.repeat(5000)), 10_000, 7)
    add.run('agent-two', 'e', 'event', 1, 9, 'fork', null, 0, 8)
    const headers = { cookie: await t.signIn() }
    const get = async (url: string) => (await t.app.inject({ url, headers })).json()
    const first = await get('/api/v1/quarantine?limit=2')
    expect(first.items.map((r: QuarantineRow) => r.reason)).toEqual(['fork', 'large'])
    expect(first.items[0].preview).toBeNull()
    expect(first.items[1].preview).toEqual({ form: 'text', text: 'é'.repeat(256), complete: false })
    const rest = await get(`/api/v1/quarantine?limit=2&cursor=${first.nextCursor}`)
    expect(rest.items.map((r: QuarantineRow) => r.preview)).toEqual([
      { form: 'hex', text: '00 ff 1b', complete: true },
      { form: 'text', text: evil, complete: true },
    ])
    expect(rest.items[1]).toMatchObject({ agent: 'agent-one', lane: 'event', first: 7, count: 1, bytes: evil.length })
    expect(rest.nextCursor).toBeNull()
    expect((await get('/api/v1/quarantine?agent=agent-one&q=header')).items).toHaveLength(1)
  })

  it('list what agents could not keep', async () => {
    await using t = await createTestApi()
    const add = t.database.prepare(
      'insert into stream_gap (agent, epoch, lane, first, count, reason, at) values (?, ?, ?, ?, ?, ?, ?)',
    )
    for (let i = 0; i < 5; i++) add.run(`agent-${i % 2}`, 'e', i < 3 ? 'event' : 'telemetry', i * 10, 3, 'quota', i)
    const headers = { cookie: await t.signIn() }
    const get = async (url: string) => (await t.app.inject({ url, headers })).json()
    const page = await get('/api/v1/gaps?limit=3')
    expect(page.items.map((g: GapRow) => g.first)).toEqual([40, 30, 20])
    expect((await get(`/api/v1/gaps?limit=3&cursor=${page.nextCursor}`)).items).toHaveLength(2)
    expect((await get('/api/v1/gaps?agent=agent-1&lane=telemetry')).items).toEqual([
      { id: 4, agent: 'agent-1', epoch: 'e', lane: 'telemetry', first: 30, count: 3, reason: 'quota', at: 3 },
    ])
  })
})
