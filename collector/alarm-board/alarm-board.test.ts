import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alarm } from '#shared/domain/alarm.ts'
import { BoardQuery } from '#shared/http/alarm-board.ts'
import { createAlarmBoard, type Reader } from './alarm-board.ts'

const T0 = Date.UTC(2026, 5, 1)
const HOUR = 3_600_000

function alarm(id: string, more: Partial<Alarm> = {}): Alarm {
  return {
    ...{ id, customer: 'acme', site: 'hq', device: 'hq.sw', agent: null, resource: 'if:Gi0/1', alarmType: 'link.down' },
    ...{ qualifier: '', perceivedSeverity: 'major', isCleared: false, operatorState: 'none', episode: 1, count: 1 },
    ...{ firstAt: T0, raisedAt: T0, lastAt: T0, clearedAt: null, text: `text of ${id}`, source: 'poll', rule: 'r' },
    ...{ ackBy: null, ackAt: null, ackNote: '', ackUntil: null, shelvedUntil: null, flapping: false },
    ...{ suppression: null, unknownSince: null, incident: null },
    ...more,
  }
}

const symptomOf = (ref: string): Partial<Alarm> => ({
  suppression: { by: 'cause', holds: 'incident', ref, why: 'it hangs on it', since: T0, until: null },
})
const ANN: Reader = { user: 'ann', customers: null, outside: false }
const ACME: Reader = { user: 'bob', customers: ['acme'], outside: false }

function board(...alarms: Alarm[]) {
  let tokens = 0
  const facts = { name: 'Core switch', vendor: 'H3C', model: 'S5130', address: '10.0.0.1' }
  const made = createAlarmBoard({
    names: {
      device: (id) => (id === 'hq.sw' ? facts : undefined),
      site: (id) => ({ hq: 'Head office' })[id],
      customer: (id) => ({ acme: 'Acme Ltd', beta: 'Beta AG' })[id],
      incidentNumber: () => 12,
    },
    isListed: (a) => !a.isCleared || a.operatorState !== 'ack',
    newToken: () => `t${tokens++}`,
  })
  made.take(alarms)
  const ask = (query: Record<string, unknown> = {}, who = ANN, now = T0) => made.make(BoardQuery.parse(query), who, now)
  const ids = (query: Record<string, unknown> = {}, who = ANN, now = T0) =>
    ask(query, who, now)
      .items.map((row) => row.id)
      .join('')
  return { board: made, ask, ids, facts }
}

describe('the alarm board', () => {
  it('puts the worst first, cleared ones last, newest first among equals', () => {
    const { ids } = board(
      alarm('a', { perceivedSeverity: 'minor', raisedAt: 9 }),
      alarm('b', { perceivedSeverity: 'critical', isCleared: true }),
      alarm('c', { perceivedSeverity: 'critical', raisedAt: 1 }),
      alarm('d', { perceivedSeverity: 'critical', raisedAt: 2 }),
    )
    expect(ids()).toBe('dcab')
    expect(ids({ sort: 'raised', dir: 'asc' })).toBe('cdab')
  })

  it('sets shelved and suppressed ones aside but counts them; severities as if none were chosen', () => {
    const { ask, ids } = board(
      alarm('a', { perceivedSeverity: 'critical' }),
      alarm('b', { operatorState: 'shelved' }),
      alarm('c', symptomOf('elsewhere')),
      alarm('d', { operatorState: 'ack' }),
      alarm('e', { isCleared: true }),
      alarm('f', { isCleared: true, operatorState: 'ack' }),
    )
    expect(ids()).toBe('ade')
    expect(ask().views).toEqual({ active: 3, new: 1, ack: 1, cleared: 1, shelved: 1, suppressed: 1, all: 5 })
    expect(ask({ severity: 'critical' })).toMatchObject({ total: 1, counts: { critical: 1, major: 1 } })
    expect([ids({ view: 'shelved' }), ids({ view: 'suppressed' })]).toEqual(['b', 'c'])
  })

  it('finds every word somewhere in what is shown, also as the reader calls it', () => {
    const { ids } = board(
      alarm('a', { text: 'fan failed', ackNote: 'spare ordered', incident: 'i', owner: 'wei' }),
      alarm('b', { alarmType: 'power.lost' }),
    )
    for (const q of ['core FAN', 'spare', '#12 head', 'wei', '10.0.0.1 h3c', 'acme'])
      expect(ids({ q, severity: 'major' }), q).toMatch(/^a/)
    expect(ids({ q: 'fan stopped' })).toBe('')
    expect(ids({ q: '断电' })).toBe('')
    expect(ids({ q: 'core 断电', means: '1~type~power.lost' })).toBe('b')
    expect(ids({ q: 'core 断电', means: '0~type~power.lost' })).toBe('')
  })

  it('filters by each facet, several values as any of them, and by how long it has been acknowledged', () => {
    const { ids, ask } = board(
      alarm('a', { site: 'port', source: 'trap', owner: 'wei' }),
      alarm('b', { operatorState: 'ack', ackBy: 'bob', ackAt: T0 - 5 * HOUR }),
      alarm('c', { customer: 'beta', device: 'x', alarmType: 'power.lost', rule: 'other' }),
    )
    for (const [query, found] of [
      [{ site: 'port' }, 'a'],
      [{ site: 'port,hq', sort: 'raised' }, 'abc'],
      [{ site: ['port', 'nowhere'] }, 'a'],
      [{ source: 'trap' }, 'a'],
      [{ customer: 'beta' }, 'c'],
      [{ device: 'x' }, 'c'],
      [{ type: 'power.lost' }, 'c'],
      [{ rule: 'other' }, 'c'],
      [{ owner: 'wei' }, 'a'],
      [{ owner: '-' }, 'c'],
      [{ owner: 'bob,-' }, 'bc'],
      [{ ackedOver: '4' }, 'b'],
      [{ ackedOver: '6' }, ''],
    ] as const)
      expect([query, ids(query)]).toEqual([query, found])
    expect(ask({ site: 'port' }).views.all).toBe(1)
  })

  it('folds symptoms under their cause and shows them below it, however deep', () => {
    const { ask, ids } = board(
      alarm('a', { perceivedSeverity: 'critical' }),
      alarm('s', symptomOf('a')),
      alarm('t', symptomOf('s')),
      alarm('z', { perceivedSeverity: 'minor' }),
    )
    expect(ids()).toBe('az')
    expect(ask().items[0]).toMatchObject({ symptoms: 1, depth: 0 })
    const open = ask({ open: 'a,s' })
    expect(open.items.map(({ id, depth }) => id + depth).join(' ')).toBe('a0 s1 t2 z0')
    expect(open.total).toBe(4)
    // where symptoms are rows of their own they are not shown twice
    expect(ask({ view: 'suppressed', open: 'a' }).items).toMatchObject([
      { id: 's', causeText: 'text of a' },
      { id: 't' },
    ])
  })

  it('keeps a list as it was made, with what its rows say now and what has left', () => {
    const { board: made, ask, ids } = board(alarm('a'), alarm('b', { raisedAt: T0 - 1 }))
    const { list } = ask()
    made.take([alarm('n', { perceivedSeverity: 'critical' }), alarm('b', { text: 'other words' })])
    made.take([alarm('a', { isCleared: true, operatorState: 'ack' })])
    expect(ids()).toBe('nb')
    const window = made.window(list, 0, 10, ANN, T0)
    expect(window).toMatchObject({
      total: 2,
      items: [
        { id: 'a', gone: true },
        { id: 'b', gone: false, text: 'other words' },
      ],
    })
    expect(made.window(list, 1, 1, ANN, T0)?.items.map((row) => row.id)).toEqual(['b'])
    expect(made.idsOf(list, ANN, T0)).toEqual(['a', 'b'])
    // nobody else's, nor of the same person who may see less by now
    expect(made.window(list, 0, 10, { ...ANN, customers: ['beta'] }, T0)).toBeUndefined()
    expect(made.window(list, 0, 10, ACME, T0)).toBeUndefined()
    ask({ replaces: list })
    expect(made.window(list, 0, 10, ANN, T0)).toBeUndefined()
  })

  it('forgets lists that nobody uses, and the oldest of somebody who makes many', () => {
    const { board: made, ask } = board(alarm('a'))
    const first = ask()
    for (let i = 0; i < 12; i++) ask()
    expect(made.window(first.list, 0, 1, ANN, T0)).toBeUndefined()
    const other = ask({}, ACME)
    expect(made.window(other.list, 0, 1, ACME, T0)?.total).toBe(1)
    ask({}, ANN, T0 + HOUR)
    expect(made.window(other.list, 0, 1, ACME, T0)).toBeUndefined()
  })

  it('shows and counts nothing of another customer, not even as a cause or a facet', () => {
    const {
      board: made,
      ask,
      ids,
    } = board(
      alarm('a', { customer: 'beta', site: 'theirs' }),
      alarm('b', { ...symptomOf('a') }),
      alarm('c'),
      alarm('d', { customer: 'beta', ...symptomOf('c') }),
    )
    expect(ids({ view: 'all' }, ACME)).toBe('bc')
    expect(ask({}, ACME)).toMatchObject({ total: 1, views: { all: 2, suppressed: 1 }, items: [{ symptoms: 0 }] })
    expect(ask({ view: 'suppressed' }, ACME).items[0]?.causeText).toBeNull()
    expect(ask({ open: 'c' }, ACME).total).toBe(1)
    expect(JSON.stringify(made.facets(BoardQuery.parse({ view: 'all' }), ACME, T0))).not.toContain('beta')
    expect([...made.all(BoardQuery.parse({ view: 'all' }), ACME, T0)].map((row) => row.id)).toEqual(['b', 'c'])
  })

  it('tells people outside nothing of remarks, not even whether one has a word', () => {
    const outside = { ...ACME, outside: true }
    const { ask } = board(alarm('a', { ackNote: 'between us' }))
    expect(ask({}, outside).items[0]?.ackNote).toBe('')
    expect(ask({ q: 'between' }, outside).total).toBe(0)
    expect(ask({ q: 'between' }).total).toBe(1)
  })

  it('says what each filter could be set to within the others', () => {
    const { board: made } = board(
      alarm('a', { owner: 'wei' }),
      alarm('b', { site: 'port' }),
      alarm('c', { site: 'port' }),
    )
    const facets = made.facets(BoardQuery.parse({ site: 'hq' }), ANN, T0)
    expect(facets.site).toEqual([
      { value: 'port', name: 'port', count: 2 },
      { value: 'hq', name: 'Head office', count: 1 },
    ])
    expect(facets.owner).toEqual([{ value: 'wei', name: 'wei', count: 1 }])
  })

  it('has new names of devices when they are told', () => {
    const { board: made, ask, facts } = board(alarm('a'))
    facts.name = 'Core switch 2'
    made.renamed(['hq.sw'])
    expect(ask({ q: 'switch 2' }).items[0]?.deviceName).toBe('Core switch 2')
  })

  it('gives the same list by whatever changes it came about as by one', () => {
    const anAlarm = fc.record({
      id: fc.integer({ min: 0, max: 30 }).map(String),
      severity: fc.constantFrom('critical', 'major', 'minor', 'warning'),
      cleared: fc.boolean(),
      state: fc.constantFrom('none', 'ack', 'shelved'),
      raisedAt: fc.integer({ min: 0, max: 9 }),
      cause: fc.option(fc.integer({ min: 0, max: 30 }).map(String), { nil: null }),
    })
    const step = fc.array(anAlarm, { maxLength: 12 })
    const query = fc.constantFrom<Record<string, unknown>>(
      {},
      { view: 'all', sort: 'raised' },
      { sort: 'device', dir: 'asc' },
      { q: 'text', open: '1,2,3' },
      { q: 'of 1', severity: 'critical,minor' },
      { view: 'suppressed', ackedOver: 0 },
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(step, query), { maxLength: 16 }), (steps) => {
        const grown = board()
        const last = new Map<string, Alarm>()
        for (const [changes, asked] of steps) {
          const alarms = changes.map(({ id, severity, cleared, state, raisedAt, cause }) =>
            alarm(id, {
              ...{
                perceivedSeverity: severity as 'major',
                isCleared: cleared,
                operatorState: state as 'none',
                raisedAt,
              },
              ...(cause === null ? {} : symptomOf(cause)),
            }),
          )
          for (const one of alarms) last.set(one.id, one)
          grown.board.take(alarms)
          const fresh = board(...last.values())
          const [a, b] = [grown.ask(asked), fresh.ask(asked)]
          expect({ ...a, list: '' }).toEqual({ ...b, list: '' })
          const facetsOf = (of: typeof fresh) => of.board.facets(BoardQuery.parse(asked), ANN, T0)
          expect(facetsOf(grown)).toEqual(facetsOf(fresh))
        }
      }),
      { numRuns: 60 },
    )
  })
})
