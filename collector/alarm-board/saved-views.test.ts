import { describe, expect, it } from 'vitest'
import type { SaveView } from '#shared/http/alarm-views.ts'
import { createSavedViews, type Viewer, type ViewWrite } from './saved-views.ts'

const ADMIN: Viewer = { user: 'ada', role: 'admin', customers: null }
const NOC: Viewer = { user: 'nora', role: 'noc', customers: null }
const ACME: Viewer = { user: 'alf', role: 'desk', customers: ['acme'] }
const BETA: Viewer = { user: 'bea', role: 'desk', customers: ['beta'] }
const THEIRS: Viewer = { user: 'carl', role: 'customer', customers: ['acme'] }

function start() {
  const writes: ViewWrite[] = []
  const audits: string[] = []
  let ids = 0
  const views = createSavedViews({
    store: { views: () => [], defaults: () => [] },
    commit: async (made, audit) => {
      await new Promise((resolve) => setImmediate(resolve))
      writes.push(...made)
      if (audit) audits.push(`${audit.action} by ${audit.actor}`)
    },
    newId: () => `v${ids++}`,
    now: () => 7,
  })
  const save = async (who: Viewer, draft: Partial<SaveView> = {}, about: string[] = [], id?: string) =>
    views.save(id, { name: 'mine', shared: false, search: {}, columns: null, ...draft }, about, who)
  const seen = (who: Viewer) => views.list(who).items.map((view) => view.id)
  return { views, writes, audits, save, seen }
}

describe('saved views', () => {
  it("are one's own until they are shared, and then of those who may see all they are about", async () => {
    const { save, seen } = start()
    await save(NOC)
    expect([NOC, ADMIN, ACME].map(seen)).toEqual([['v0'], [], []])
    await save(NOC, { name: 'all', shared: true })
    await save(NOC, { name: 'acme', shared: true }, ['acme'])
    await save(ACME, { name: 'ours', shared: true })
    expect(seen(ADMIN)).toEqual(['v2', 'v1', 'v3'])
    expect(seen(ACME)).toEqual(['v2', 'v3'])
    expect(seen(BETA)).toEqual([])
    // names of views are words among ourselves
    expect(seen(THEIRS)).toEqual([])
  })

  it('are changed and deleted by their owner or an administrator, who must have seen the newest', async () => {
    const { save, views, audits } = start()
    await save(NOC, { shared: true })
    expect(await save(ACME, { version: 1 }, [], 'v0')).toMatchObject({ ok: false, code: 'not-found' })
    expect(await save({ ...NOC, user: 'ned' }, { version: 1 }, [], 'v0')).toMatchObject({ ok: false, code: 'conflict' })
    expect(await save(NOC, { version: 1, name: 'new', shared: true }, [], 'v0')).toMatchObject({
      ok: true,
      view: { version: 2 },
    })
    expect(await save(ADMIN, { version: 1 }, [], 'v0')).toMatchObject({ ok: false, code: 'conflict' })
    expect(await save(ADMIN, { version: 2, name: 'newer', shared: true }, [], 'v0')).toMatchObject({
      view: { owner: 'nora', version: 3 },
    })
    expect(await views.remove('v0', { ...NOC, user: 'ned' })).toMatchObject({ ok: false })
    expect(await views.remove('v0', NOC)).toEqual({ ok: true })
    expect(audits).toEqual([
      ...['alarm-view.save by nora', 'alarm-view.save by nora', 'alarm-view.save by ada'],
      'alarm-view.delete by nora',
    ])
  })

  it('are not shared by who only looks, nor named twice, nor without end', async () => {
    const { save } = start()
    expect(await save({ ...NOC, role: 'viewer' }, { shared: true })).toMatchObject({ ok: false, code: 'bad-request' })
    expect(await save(NOC)).toMatchObject({ ok: true })
    expect(await save(NOC)).toMatchObject({ ok: false, code: 'conflict' })
    for (let i = 1; i < 100; i++) await save(NOC, { name: `n${i}` })
    expect(await save(NOC, { name: 'one more' })).toMatchObject({ ok: false, message: 'at most 100 views' })
  })

  it('open first for who says so, while they may see them', async () => {
    const { save, views } = start()
    await save(NOC, { shared: true })
    expect(await views.setDefault('v0', BETA)).toMatchObject({ ok: false, code: 'not-found' })
    await views.setDefault('v0', ADMIN)
    expect(views.list(ADMIN).default).toBe('v0')
    expect(views.list(NOC).default).toBeNull()
    await save(NOC, { version: 1 }, [], 'v0')
    expect(views.list(ADMIN).default).toBeNull()
    await views.setDefault(null, ADMIN)
    expect(views.list(ADMIN).default).toBeNull()
  })

  it('are changed by one at a time: whoever comes second has not seen the newest', async () => {
    const { save, views, seen } = start()
    await save(NOC, { shared: true })
    const both = await Promise.all([
      save(NOC, { version: 1, name: 'one', shared: true }, [], 'v0'),
      save(ADMIN, { version: 1, name: 'two', shared: true }, [], 'v0'),
    ])
    expect(both).toMatchObject([
      { ok: true, view: { name: 'one' } },
      { ok: false, code: 'conflict' },
    ])
    expect(views.list(NOC).items).toMatchObject([{ name: 'one', version: 2 }])
    expect(await Promise.all([save(NOC, { name: 'x' }), save(NOC, { name: 'x' })])).toMatchObject([
      { ok: true },
      { ok: false, code: 'conflict' },
    ])
    const gone = await Promise.all([views.remove('v0', NOC), save(NOC, { version: 2, name: 'three' }, [], 'v0')])
    expect(gone).toMatchObject([{ ok: true }, { ok: false, code: 'not-found' }])
    expect(seen(NOC)).toHaveLength(1)
  })

  it('have names of their own for each owner, whoever changes them', async () => {
    const { save } = start()
    await save(NOC, { name: 'a', shared: true })
    await save(NOC, { name: 'b', shared: true })
    await save(ADMIN, { name: 'c', shared: true })
    expect(await save(ADMIN, { version: 1, name: 'c', shared: true }, [], 'v0')).toMatchObject({ ok: true })
    expect(await save(ADMIN, { version: 1, name: 'c', shared: true }, [], 'v1')).toMatchObject({ code: 'conflict' })
  })
})
