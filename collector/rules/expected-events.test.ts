import { describe, expect, it } from 'vitest'
import { AGENT, logOf, ruleEngine } from '#test/support/rule-engine.ts'
import { Rule } from './rule.ts'

const HELLO = { wall: 0, startedAt: 0 }
const BACKUP = { type: 'event-count', match: { kind: 'log', contains: 'backup done' }, expect: 'seen', within: '60s' }

describe('an expected event', () => {
  it('that does not come is a fault when the watermark says so, and over when it comes', () => {
    const e = ruleEngine([{ condition: BACKUP }])
    expect(e.watermark(500, 'event')).toEqual([])
    expect([...e.log(1000, 'backup done'), ...e.watermark(1060, 'event'), ...e.watermark(2000, 'telemetry')]).toEqual(
      [],
    )
    expect(e.log(1030, 'something else')).toEqual([])
    expect(e.watermark(1061, 'event')).toEqual(['raise - @1060.001'])
    expect(e.said()[0]?.inputs).toEqual({ expected: 1, within: 60_000, last: 1_000_000 })
    expect(e.watermark(5000, 'event')).toEqual([])
    e.restart()
    expect(e.log(5100, 'backup done')).toEqual([])
    e.restart()
    expect(e.watermark(5100, 'event')).toEqual(['clear - @5100'])
    expect(e.watermark(5161, 'event')).toEqual(['raise - @5160.001'])
  })

  it('is renewed by each, also by one that comes out of order', () => {
    const e = ruleEngine([{ condition: BACKUP }])
    for (let at = 0; at < 1000; at += 50)
      expect([...e.log(at, 'backup done'), ...e.watermark(at + 9, 'event')]).toEqual([])
    e.log(1100, 'late word')
    // by the time of another line it is too late, but nobody has said that nothing older will come
    expect(e.log(1005, 'backup done')).toEqual([])
    expect(e.watermark(1065, 'event')).toEqual([])
    expect(e.watermark(1066, 'event')).toEqual(['raise - @1065.001'])
    // an older one that proves that it was there
    expect([...e.log(1050, 'backup done'), ...e.watermark(1067, 'event')]).toEqual(['clear - @1065.001'])
  })

  it('is not missed while a site is cut: what came meanwhile is heard later, and what did not is history', () => {
    const e = ruleEngine([{ condition: BACKUP }])
    e.log(0, 'backup done')
    e.watermark(30, 'event')
    // hours of silence of the whole site, then its backlog in one group
    const events = [50, 100, 150, 400].map((at) => logOf(at, 'backup done'))
    const watermarks = [{ agent: AGENT, lane: 'event' as const, at: 430_000, live: false }]
    expect(e.group({ events, watermarks })).toEqual(['raise - @210.001 late', 'clear - @400 late'])
    expect(e.watermark(440, 'event')).toEqual([])
  })

  it('is not missed while its agent did not run, and waits a whole time after that', () => {
    const e = ruleEngine([{ condition: BACKUP }])
    e.log(0, 'backup done')
    const hello = { ...HELLO, wall: 500_000, startedAt: 490_000 }
    e.group({
      presence: [{ kind: 'hello', agent: AGENT, hello, at: 500_000, mono: 0 } as never],
      watermarks: [{ agent: AGENT, lane: 'event', at: 500_000, live: true }],
    })
    expect(e.said()).toEqual([])
    e.restart()
    expect(e.watermark(549, 'event')).toEqual([])
    expect(e.watermark(551, 'event')).toEqual(['raise - @550.001'])
  })

  it('is not missed where events were lost', () => {
    const e = ruleEngine([{ condition: BACKUP }])
    e.log(0, 'backup done')
    e.group({ gaps: [{ agent: AGENT, lane: 'event', first: 1, count: 9, reason: 'full', at: 40_000 }] })
    e.restart()
    expect(e.watermark(99, 'event')).toEqual([])
    expect(e.watermark(101, 'event')).toEqual(['raise - @100.001'])
  })

  it('does not blame anybody for the time the collector was down', () => {
    const e = ruleEngine([{ condition: BACKUP }])
    e.log(0, 'backup done')
    e.restart()
    // the agent kept it all: first its backlog, then the watermark
    expect(e.group({ events: [logOf(58, 'backup done')] })).toEqual([])
    expect(e.watermark(118, 'event')).toEqual([])
    expect(e.watermark(119, 'event')).toEqual(['raise - @118.001'])
  })

  it('may be several within a window', () => {
    const e = ruleEngine([{ condition: { ...BACKUP, count: 3 } }])
    for (const at of [0, 20, 40]) expect(e.log(at, 'backup done')).toEqual([])
    // two within 60 s are too few
    expect([...e.log(55, 'backup done'), ...e.watermark(80, 'event')]).toEqual([])
    expect(e.watermark(81, 'event')).toEqual(['raise - @80.001'])
    expect([...e.log(90, 'backup done'), ...e.watermark(90, 'event')]).toEqual(['clear - @90'])
    expect(e.watermark(101, 'event')).toEqual(['raise - @100.001'])
  })

  it('may be expected of every device that is selected, also of one that never sent any', () => {
    const condition = { ...BACKUP, expect: 'devices' }
    const e = ruleEngine([{ condition, selector: { tags: { backup: '*' } }, text: '{{device}}' }], {
      devices: { 's.a': { tags: { backup: 'daily' } }, 's.b': {}, 's.c': { tags: { backup: 'daily' } } },
    })
    const who = () => e.said().map((s) => `${s.kind} ${s.device}`)
    e.watermark(1000, 'event')
    e.log(1030, 'backup done', 's.a')
    e.watermark(1061, 'event')
    expect(who()).toEqual(['raise s.c'])
    e.restart()
    e.watermark(1091, 'event')
    expect(who()).toEqual(['raise s.a'])
    e.log(1100, 'backup done', 's.c')
    e.watermark(1100, 'event')
    expect(who()).toEqual(['clear s.c'])
    // it is taken out of the selection, another comes in, a third is gone
    e.device('s.b', { tags: { backup: 'weekly' } }, 1100)
    e.device('s.c', { tags: { backup: 'daily' }, active: false }, 1100)
    e.watermark(1161, 'event')
    expect(who()).toEqual(['raise s.b'])
  })

  it('ends with its rule, and what stands by it too', () => {
    const e = ruleEngine([{ condition: BACKUP }])
    e.log(0, 'backup done')
    expect(e.watermark(100, 'event')).toEqual(['raise - @60.001'])
    expect(e.replace([], 200)).toEqual(['clear - @200'])
    expect(e.states()).toEqual([])
  })

  it('does not fill memory when a device invents names', () => {
    const match = { kind: 'log', pattern: 'job (?P<n>.+)' }
    const e = ruleEngine([{ condition: { ...BACKUP, match }, qualifier: '{{n}}' }])
    for (let n = 0; n < 110; n++) e.log(n / 1000, `job ${n}`)
    expect(e.rules().counters().dropped).toEqual({ 'expected-events-full': 10 })
  })

  it('cannot have what only faults have', () => {
    const issues = (of: Record<string, unknown>) => {
      const raw = {
        id: 'x',
        title: 't',
        severity: 'minor',
        alarmType: 'a.b',
        text: 't',
        condition: { ...BACKUP, ...of },
      }
      return Rule.safeParse(raw).error?.issues.map((i) => i.path.join('.')) ?? []
    }
    expect(issues({})).toEqual([])
    expect(issues({ clear: BACKUP.match })).toEqual(['condition.clear'])
    expect(issues({ cancel: BACKUP.match })).toEqual(['condition.cancel'])
    expect(issues({ expect: undefined })).toEqual(['condition.count'])
  })
})

describe('a count that can be cancelled', () => {
  const condition = {
    ...{ type: 'event-count', match: { kind: 'log', contains: 'failed' }, count: 3, within: '60s' },
    cancel: { kind: 'log', contains: 'accepted' },
  }
  it('begins again with the event that cancels it', () => {
    const e = ruleEngine([{ condition }])
    expect([...e.log(0, 'failed'), ...e.log(1, 'failed'), ...e.log(2, 'accepted'), ...e.log(3, 'failed')]).toEqual([])
    e.restart()
    expect([...e.log(4, 'failed'), ...e.log(5, 'failed')]).toEqual(['raise - @5'])
  })

  it('ends a hold, and leaves what stands', () => {
    const e = ruleEngine([{ condition, for: '30s', clearAfter: '10m' }])
    const three = (at: number) => [0, 1, 2].flatMap((n) => e.log(at + n, 'failed'))
    expect([...three(0), ...e.log(10, 'accepted'), ...e.watermark(50, 'event')]).toEqual([])
    expect([...three(100), ...e.watermark(132, 'event')]).toEqual(['raise - @132'])
    expect([...e.log(140, 'accepted'), ...e.watermark(731, 'event')]).toEqual([])
    expect(e.watermark(733, 'event')).toEqual(['clear - @732'])
  })

  it('is only cancelled for the same alarm', () => {
    const named = { pattern: 'by (?P<who>\\S+)' }
    const e = ruleEngine([
      {
        ...{
          condition: {
            ...condition,
            match: { ...condition.match, ...named },
            cancel: { ...condition.cancel, ...named },
          },
        },
        ...{ resource: '{{who}}' },
      },
    ])
    for (const at of [0, 1]) e.log(at, 'failed by a')
    e.log(2, 'accepted by b')
    expect(e.log(3, 'failed by a')).toEqual(['raise a @3'])
  })
})
