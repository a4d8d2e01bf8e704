// What a screen on a wall may and may not: its boards, of its customers; no other route, whatever it sends.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KioskAlarms, type KioskDevices, MAX_BOARD_ALARMS, type MadeKiosk } from '#shared/http/kiosk.ts'
import { createTestApi } from '#test/support/test-api.ts'
import { until } from '#test/support/until.ts'
import { POLICY } from './policy.ts'

let t: Awaited<ReturnType<typeof createTestApi>>
let admin: string
let clock = 1_800_000_000_000
beforeEach(async () => {
  clock = 1_800_000_000_000
  t = await createTestApi({ now: () => clock })
  admin = await t.signIn()
})
afterEach(() => t[Symbol.asyncDispose]())

const make = async (draft: object = {}): Promise<MadeKiosk> => {
  const headers = { cookie: admin }
  const answer = await t.app.inject({
    ...{ method: 'POST', url: '/api/v1/kiosks', headers, payload: { name: 'wall', ...draft } },
  })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json()
}
const page = (url: string, cookie = '') => t.app.inject({ url, headers: cookie === '' ? {} : { cookie } })
/** Opens the link as a browser does; returns the cookie and where it was sent. */
async function open(made: MadeKiosk, board = 'alarms?rotate=map:20', previous = '') {
  const answer = await page(`/kiosk/${board}${board.includes('?') ? '&' : '?'}token=${made.token}`, previous)
  const set = answer.cookies[0]
  return { answer, cookie: `${set?.name}=${set?.value}`, set }
}
const read = (kind: string, made: { readonly id: string }, cookie: string) =>
  t.app.inject({ url: `/api/v1/kiosk/${kind}?k=${made.id}`, headers: { cookie } })

describe('the link of a wallboard', () => {
  it('turns the token of the address into a cookie and goes on without it', async () => {
    const made = await make()
    const { answer, cookie, set } = await open(made)
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toBe(`/kiosk/alarms?rotate=map%3A20&k=${made.id}`)
    expect(answer.headers['referrer-policy']).toBe('no-referrer')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(set).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', maxAge: 400 * 86_400 })
    expect(set?.value).not.toContain(made.token.slice(20))
    expect((await read('session', made, cookie)).json()).toEqual({
      ...{ id: made.id, name: 'wall', expiresAt: null, now: clock },
    })
  })

  it('takes a token that was in the fragment by a request of the page', async () => {
    const made = await make()
    const answer = await t.app.inject({ method: 'POST', url: '/api/v1/kiosk/session', payload: { token: made.token } })
    const set = answer.cookies[0]
    expect(answer.json()).toMatchObject({ id: made.id })
    expect((await read('alarms', made, `${set?.name}=${set?.value}`)).statusCode).toBe(200)
  })

  it('shows nothing with a wrong token, and sends nowhere else', async () => {
    const made = await make()
    const wrong = `${made.token.slice(0, -1)}${made.token.endsWith('A') ? 'B' : 'A'}`
    for (const token of [wrong, 'x', '', `ork_${made.id}_`, '%00', 'a&token=b']) {
      const answer = await page(`/kiosk/alarms?token=${token}`)
      expect(answer.cookies).toEqual([])
      expect(answer.headers.location).toMatch(/^\/kiosk\/alarms\?k=unknown$/)
      const asked = await t.app.inject({ method: 'POST', url: '/api/v1/kiosk/session', payload: { token } })
      expect(asked.statusCode).toBe(401)
    }
    expect((await page('//kiosk/alarms?token=x')).headers.location ?? '/').not.toMatch(/^\/\//)
  })

  it('keeps token and secrets out of the database and out of what lists answer', async () => {
    const made = await make()
    const { cookie } = await open(made)
    const stored = JSON.stringify([
      ...['kiosk', 'kiosk_screen', 'audit'].map((table) => t.database.prepare(`select * from ${table}`).all()),
    ])
    expect(stored).toContain(made.id)
    expect(stored).not.toContain(made.token)
    expect(stored).not.toContain(cookie.split('=')[1])
    const list = await t.app.inject({ url: '/api/v1/kiosks', headers: { cookie: admin } })
    expect(list.body).not.toContain(made.token)
    expect(list.json().items[0]).toMatchObject({ name: 'wall', createdBy: 'admin', lastUsedAt: clock })
    expect(list.json().items[0].screens).toHaveLength(1)
  })

  it('knows a browser that opens it again, and two boards in one browser', async () => {
    const [one, two] = [await make(), await make({ name: 'other' })]
    const first = await open(one)
    clock += 60_000
    const again = await open(one, 'alarms', first.cookie)
    expect(again.cookie).toBe(first.cookie)
    const second = await open(two, 'map', first.cookie)
    const both = `${first.cookie}; ${second.cookie}`
    expect((await read('session', one, both)).json().name).toBe('wall')
    expect((await read('session', two, both)).json().name).toBe('other')
    expect((await read('session', { id: '0123456789ab' }, both)).statusCode).toBe(401)
    const { items } = (await t.app.inject({ url: '/api/v1/kiosks', headers: { cookie: admin } })).json()
    expect(items.map((row: MadeKiosk) => row.screens.length)).toEqual([1, 1])
  })

  it('never ends by idleness, ends when it expires, and at once when it is revoked', async () => {
    const [lasting, short] = [await make(), await make({ days: 2 })]
    const [a, b] = [await open(lasting), await open(short)]
    clock += 3 * 86_400_000
    expect((await read('alarms', short, b.cookie)).statusCode).toBe(401)
    expect((await open(short)).answer.cookies).toEqual([])
    clock += 300 * 86_400_000
    await t.access.sweep()
    expect((await read('alarms', lasting, a.cookie)).statusCode).toBe(200)
    const gone = await t.app.inject({
      ...{ method: 'DELETE', url: `/api/v1/kiosks/${lasting.id}` },
      headers: { cookie: await t.signIn(), 'x-requested-with': 'test' },
    })
    expect(gone.statusCode).toBe(204)
    expect((await read('alarms', lasting, a.cookie)).statusCode).toBe(401)
    const bearer = { authorization: `Bearer ${lasting.token}` }
    expect((await t.app.inject({ url: '/api/v1/kiosk/alarms', headers: bearer })).statusCode).toBe(401)
  })
})

describe('every other route', () => {
  const routes = Object.keys(POLICY)
    .filter((key) => POLICY[key] !== 'public' && POLICY[key] !== 'kiosk')
    .map((key) => key.split(' ') as [string, string])

  it('is closed to a screen and to its token, and nothing is done', async () => {
    const made = await make()
    const { cookie } = await open(made)
    const name = cookie.split('=')[0] as string
    const value = cookie.split('=')[1] as string
    t.calls.length = 0
    expect(routes.length).toBeGreaterThan(100)
    let asked = 0
    for (const [method, url] of routes)
      for (const headers of [
        { cookie },
        { authorization: `Bearer ${made.token}` },
        { cookie: `outrider_session=${value}; ${name}=${value}` },
        { authorization: `Bearer ${value}` },
      ]) {
        const answer = await t.app.inject({
          ...{ remoteAddress: `10.2.${asked >> 8}.${asked++ & 255}`, method: method as 'GET' },
          ...{
            url: `${url.replace(/:\w+/g, 'some-id')}?k=${made.id}`,
            headers: { ...headers, 'x-requested-with': 'a' },
          },
          ...(method === 'GET' ? {} : { payload: {} }),
        })
        expect(answer.statusCode, `${method} ${url}`).toBe(401)
      }
    expect(t.calls).toEqual([])
  })

  it('has a board for a screen only: an account is none', async () => {
    for (const [key, policy] of Object.entries(POLICY))
      if (policy === 'kiosk') {
        const url = key.split(' ')[1] as string
        expect((await t.app.inject({ url, headers: { cookie: admin } })).statusCode, key).toBe(401)
        expect((await t.app.inject({ url })).statusCode, key).toBe(401)
      }
  })
})

describe('boards', () => {
  const alarm = (id: string, customer: string, more: object = {}, columns: Record<string, unknown> = {}) => {
    const doc = {
      ...{ id, customer, site: `${customer}-site`, device: `${customer}.one`, resource: '', alarmType: 'link.down' },
      ...{ perceivedSeverity: 'major', isCleared: false, operatorState: 'none', raisedAt: 1, count: 1, text: id },
      ...{ ackBy: null, ackNote: 'a remark of ours', suppression: null, ...more },
    } as Record<string, unknown>
    const { severity = 3, state = doc.operatorState } = columns
    const values = [id, id, customer, doc.site, doc.device, severity, doc.isCleared ? 1 : 0, state, 1, doc.raisedAt, 1]
    t.database
      .prepare('insert into alarm values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, ?)')
      .run(...(values as string[]), JSON.stringify(doc))
  }
  const place = (customer: string) => {
    const doc = (more: object) => JSON.stringify({ name: `${customer} name`, ...more })
    t.database.prepare('insert into customer values (?, ?)').run(customer, doc({ id: customer }))
    t.database.prepare('insert into site values (?, ?, ?)').run(`${customer}-site`, customer, doc({}))
    const device = t.database.prepare('insert into device values (?, ?, ?, ?, ?, ?)')
    for (const [id, state, active] of [
      ['one', 'up', true],
      ['two', 'down', true],
      ['old', 'up', false],
    ] as const)
      device.run(`${customer}.${id}`, `${customer}-site`, customer, 'agent', state, doc({ active, stateSince: 5 }))
  }

  it('put what nobody has taken first, leave out what is held back, and say no remark', async () => {
    place('acme')
    alarm('old-major', 'acme', { raisedAt: 10 })
    alarm('taken', 'acme', { perceivedSeverity: 'critical', operatorState: 'ack', ackBy: 'nora' }, { severity: 4 })
    alarm('over', 'acme', { isCleared: true })
    alarm('new-major', 'acme', { raisedAt: 20 })
    alarm('worst', 'acme', { perceivedSeverity: 'critical' }, { severity: 4 })
    alarm('shelved', 'acme', { operatorState: 'shelved' })
    alarm('held', 'acme', { suppression: { by: 'maintenance' } })
    const made = await make()
    const { cookie } = await open(made)
    const answer = await read('alarms', made, cookie)
    const body: KioskAlarms = answer.json()
    expect(body.items.map((row) => row.id)).toEqual(['worst', 'new-major', 'old-major', 'taken', 'over'])
    expect(body).toMatchObject({ at: clock, total: 5, held: 2 })
    expect(body.counts).toMatchObject({ critical: { open: 2, fresh: 1 }, major: { open: 2, fresh: 2 } })
    expect(body.items[0]).toMatchObject({ site: 'acme name', device: 'acme name', customer: 'acme name' })
    expect(answer.body).not.toContain('a remark of ours')
    const map: KioskDevices = (await read('devices', made, cookie)).json()
    expect(map.sites).toEqual([{ name: 'acme name', customer: 'acme name' }])
    expect(map.devices).toEqual([
      [0, 'acme name', 'up', 5, 'critical'],
      [0, 'acme name', 'down', 5, null],
    ])
    expect((await read('counters', made, cookie)).json()).toMatchObject({ devices: { down: 1 }, openIncidents: 0 })
  })

  it('are of the customers of their link only', async () => {
    for (const customer of ['acme', 'beta']) {
      place(customer)
      alarm(`alarm-${customer}`, customer)
    }
    const made = await make({ customers: ['acme'] })
    const { cookie } = await open(made)
    for (const kind of ['alarms', 'devices', 'counters']) {
      const answer = await read(kind, made, cookie)
      expect(answer.statusCode).toBe(200)
      expect(answer.body).not.toContain('beta')
    }
    expect((await read('counters', made, cookie)).json().devices).toMatchObject({ down: 1 })
    // what another screen may see is no answer for this one
    const all = await make()
    const wide = await open(all)
    expect((await read('alarms', all, wide.cookie)).json().total).toBe(2)
    expect((await read('alarms', made, cookie)).json().total).toBe(1)
  })

  it('have an end, however many alarms there are', async () => {
    place('acme')
    for (let i = 0; i < MAX_BOARD_ALARMS + 20; i++) alarm(`a${i}`, 'acme', { raisedAt: i })
    const made = await make()
    const body: KioskAlarms = (await read('alarms', made, (await open(made)).cookie)).json()
    expect([body.items.length, body.total]).toEqual([MAX_BOARD_ALARMS, MAX_BOARD_ALARMS + 20])
    expect(body.items[0]?.id).toBe(`a${MAX_BOARD_ALARMS + 19}`)
  })
})

describe('the stream of a screen', () => {
  it('says what kind of thing changed and nothing of what, is listed, and ends when its link is revoked', async () => {
    const address = await t.api.start('127.0.0.1', 0)
    const made = await make({ customers: ['acme'] })
    const { cookie } = await open(made)
    const stop = new AbortController()
    const url = `${address}/api/v1/kiosk/live?k=${made.id}&shows=alarms,map`
    const response = await fetch(url, { headers: { cookie }, signal: stop.signal })
    let text = ''
    let ended = false
    void (async () => {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk
      ended = true
    })().catch(() => undefined)
    await until(() => text.includes('event: hello'))
    expect(text).toContain('"version":"0.0.0-test"')
    const row = { id: 'x', text: 'secret text', ackNote: '' } as never
    const alarm = { alarm: row, action: 'raise', at: 1, actor: 'system', late: false, inList: true }
    t.live.publish('alarm', alarm, 'beta')
    t.live.publish('alarm', alarm, 'acme')
    t.live.publish('alarm', alarm, 'acme')
    await until(() => text.includes('event: changed'))
    expect(text).toContain('{"what":["alarms","devices"],')
    expect(text.match(/event: changed/g)).toHaveLength(1)
    expect(text).not.toContain('secret')
    const { items } = (await t.app.inject({ url: '/api/v1/kiosks', headers: { cookie: admin } })).json()
    expect(items[0].screens[0]).toMatchObject({ connected: true, shows: 'alarms,map', address: '127.0.0.1' })
    const headers = { cookie: admin, 'x-requested-with': 'test' }
    await t.app.inject({ method: 'DELETE', url: `/api/v1/kiosks/${made.id}`, headers })
    await until(() => ended)
    expect(text).toContain('"reason":"signed-out"')
    expect(t.live.clients()).toBe(0)
    stop.abort()
  })
})
