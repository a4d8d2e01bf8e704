import { describe, expect, it } from 'vitest'
import { Route } from '#shared/domain/notification-route.ts'
import { createPolicyStory } from '#test/support/policy-story.ts'

const route = (id: string, more: object): Route => Route.parse({ id, to: [{ channel: 'a' }], ...more })
const delayed = [route('r', { groupWait: '5m' })]

describe('ends', () => {
  it('LibreNMS #3570: what is over before its delay has passed is told to nobody, neither problem nor recovery', () => {
    const t = createPolicyStory({ routes: delayed })
    t.raise(0, 0)
    t.wait(200)
    t.clear(0, 0)
    t.wait(3600)
    expect(t.messages()).toEqual([])
    expect(t.told()).toMatchObject([{ recipient: 'a', state: 'suppressed', reason: 'over-first' }])
  })

  it('LibreNMS #11552: a recovery is not delayed like its problem was', () => {
    const t = createPolicyStory({ routes: delayed })
    t.raise(0, 0)
    t.wait(301)
    expect(t.heard('a')).toEqual(['opened'])
    const before = t.now()
    t.clear(0, 0)
    expect(t.messages().at(-1)).toMatchObject({ transition: 'resolved', at: before })
  })

  it.each([-2, -1, 0, 1, 2])(
    'LibreNMS #20335: over %i s around the moment the delay ends, problem and recovery go together or not at all',
    (around) => {
      for (const crash of [false, true]) {
        const t = createPolicyStory({ routes: delayed })
        t.raise(0, 0)
        t.wait(290)
        for (let s = 0; s < 10 + around; s++) t.wait(1)
        if (crash) t.crash()
        t.clear(0, 0)
        if (crash) t.crash()
        t.wait(7200)
        expect([[], ['opened', 'resolved']]).toContainEqual(t.heard('a'))
        t.end()
      }
    },
  )

  it('LibreNMS #16015: what was told in an earlier episode does not make the next one told', () => {
    const t = createPolicyStory({ routes: delayed })
    t.raise(0, 0)
    t.wait(400)
    t.clear(0, 0)
    t.wait(3600)
    t.raise(0, 0)
    t.wait(60)
    t.clear(0, 0)
    t.wait(3600)
    expect(t.heard('a')).toEqual(['opened', 'resolved'])
  })

  it('go to who was told, whatever routes say meanwhile', () => {
    const t = createPolicyStory({ routes: [route('r', { to: [{ channel: 'a' }, { channel: 'b' }] })] })
    t.raise(0, 0)
    t.setRoutes([route('other', { to: [{ channel: 'c' }] })])
    t.clear(0, 0)
    expect([t.heard('a'), t.heard('b'), t.heard('c')]).toEqual([['opened', 'resolved'], ['opened', 'resolved'], []])
    t.raise(0, 0)
    // who heard of the end hears that it is not over
    expect([t.heard('a').at(-1), t.heard('c').at(-1)]).toEqual(['reopened', 'opened'])
  })
})

describe('groups', () => {
  it('HertzBeat #1277: down again some seconds after a recovery is told, and so is its recovery', () => {
    const t = createPolicyStory({ routes: [route('r', { groupInterval: '3m' })] })
    t.raise(0, 0)
    t.wait(5)
    t.clear(0, 0)
    t.wait(5)
    t.raise(0, 0)
    t.wait(5)
    t.clear(0, 0)
    expect(t.heard('a')).toEqual(['opened', 'resolved', 'reopened', 'resolved'])
  })

  it('HertzBeat #4160: a member that is over is told as that, and the group is not over while another stands', () => {
    const t = createPolicyStory({ routes: [route('r', { groupInterval: '10m' })] })
    t.raise(0, 0)
    t.raise(0, 1)
    t.wait(601)
    t.clear(0, 0)
    expect(t.heard('a')).toEqual(['opened', 'joined', 'cleared'])
    expect(t.messages().at(-1)?.alarms).toEqual(['alarm-0.0'])
    t.clear(0, 1)
    expect(t.heard('a')).toEqual(['opened', 'joined', 'cleared', 'resolved'])
  })

  it('tell a new member when their time is up, and several in one message', () => {
    const t = createPolicyStory({ routes: [route('r', { groupBy: 'site', groupWait: '30s', groupInterval: '5m' })] })
    t.raise(0, 0)
    t.raise(1, 0)
    t.wait(31)
    expect(t.messages()).toHaveLength(1)
    expect(t.messages()[0]).toMatchObject({ transition: 'opened', data: { incidents: [{ number: 1 }, { number: 2 }] } })
    t.raise(0, 1)
    t.raise(1, 2)
    t.wait(120)
    expect(t.messages()).toHaveLength(1)
    t.wait(200)
    expect(t.messages()[1]).toMatchObject({
      transition: 'joined',
      alarms: expect.arrayContaining(['alarm-0.1', 'alarm-1.2']),
    })
    t.clear(1, 0)
    t.clear(1, 2)
    expect(t.messages().at(-1)).toMatchObject({ transition: 'resolved' })
    t.end()
  })

  it('do not keep back what gets worse', () => {
    const t = createPolicyStory({ routes: [route('r', { groupInterval: '1h' })] })
    t.raise(0, 0, 'warning')
    t.raise(0, 1, 'warning')
    t.turn(0, 0, 'critical')
    expect(t.heard('a')).toEqual(['opened', 'worse'])
    expect(t.messages()[1]?.alarms).toContain('alarm-0.0')
  })

  it('Keep #2481: a new alarm after people resolved the incident opens another, which is told', () => {
    const t = createPolicyStory()
    t.raise(0, 0)
    t.resolve(0)
    t.wait(10)
    t.raise(0, 1)
    expect(t.heard('a')).toEqual(['opened', 'resolved', 'opened'])
    expect(t.messages().at(-1)?.incident).not.toBe(t.messages()[0]?.incident)
  })
})

describe('routes', () => {
  it('lead by severity, class, tag and type; one that fits ends the search unless it goes on', () => {
    const t = createPolicyStory({
      routes: [
        route('grave', { match: { severityAtLeast: 'critical' }, continue: true }),
        route('racks', {
          match: { classes: ['sw*'], tags: { rack: '7' }, alarmTypes: ['*-0'] },
          to: [{ channel: 'b' }],
        }),
        route('rest', { match: { sites: ['h*'], customers: ['acme'] }, to: [{ channel: 'c', addresses: ['x@y.z'] }] }),
      ],
    })
    t.raise(0, 0, 'critical')
    t.raise(1, 1, 'major')
    t.raise(2, 2, 'major')
    expect(t.messages().map((m) => [m.incident, m.recipient, m.route])).toEqual([
      ['incident-1', 'a', 'grave'],
      ['incident-1', 'b', 'racks'],
      ['incident-2', 'c/x@y.z', 'rest'],
    ])
    expect(t.messages()[2]?.data.address).toBe('x@y.z')
    // the branch is no site of theirs
    expect(t.told().find((r) => r.alarm === 'alarm-2.2')).toMatchObject({ recipient: '*', reason: 'no-route' })
  })

  it('hold until the hours of the site begin, or hand on to the next outside of theirs', () => {
    const day = { windows: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00' }] }
    const t = createPolicyStory({
      routes: [
        route('day', { hours: { ...day, outside: 'skip' } }),
        route('late', { hours: { ...day, zone: 'site' }, to: [{ channel: 'b' }], continue: true }),
        route('duty', { to: [{ channel: 'c' }] }),
      ],
      zones: { hq: 'America/New_York' },
      // Saturday
      from: Date.parse('2026-03-07T22:00:00-05:00'),
    })
    t.raise(0, 0)
    expect([t.heard('a'), t.heard('b'), t.heard('c')]).toEqual([[], [], ['opened']])
    // Monday after the clock has changed
    const monday = Date.parse('2026-03-09T08:00:00-04:00')
    expect(t.told().map((r) => [r.recipient, r.state, r.reason, r.until])).toEqual([
      ['a', 'suppressed', 'hours', monday],
      ['b', 'waiting', 'hours', monday],
      ['c', 'told', 'message', null],
    ])
    t.wait((monday - t.now()) / 1000 - 1)
    expect(t.heard('b')).toEqual([])
    t.wait(2)
    expect(t.heard('b')).toEqual(['opened'])
    t.clear(0, 0)
    expect([t.heard('a'), t.heard('b'), t.heard('c')]).toEqual([[], ['opened', 'resolved'], ['opened', 'resolved']])
  })
})

describe('reminders', () => {
  const routes = [route('r', { reminders: { first: '10m', factor: 2, longest: '1h', atMost: 4 } })]
  it('come with growing pauses, so many at most, and end with the incident', () => {
    const t = createPolicyStory({ routes })
    t.raise(0, 0)
    const start = t.now()
    for (let minute = 0; minute < 600; minute++) t.wait(60)
    const at = t
      .messages()
      .filter((m) => m.transition === 'reminder')
      .map((m) => (m.at - start) / 60_000)
    expect(at).toEqual([10, 30, 70, 130])
    t.clear(0, 0)
    expect(t.heard('a').at(-1)).toBe('resolved')
  })
  it('stop while somebody has it in hand', () => {
    const t = createPolicyStory({ routes })
    t.raise(0, 0)
    t.wait(60)
    t.acknowledge(0, 0)
    t.wait(36_000)
    expect(t.heard('a')).toEqual(['opened'])
  })
})

describe('storms', () => {
  it('are one summary with counts; what was told alone ends alone, the rest in a summary', () => {
    const t = createPolicyStory({ storm: { messages: 2, within: 600_000 }, channels: ['a'] })
    for (const place of [0, 1, 2, 3, 4]) t.raise(place, 0)
    expect(t.heard('a')).toEqual(['opened', 'opened'])
    expect(t.suppressed().map((n) => [n.recipient, n.suppressed?.slice(0, 6)])).toEqual([
      ['a', 'storm:'],
      ['a', 'storm:'],
      ['a', 'storm:'],
    ])
    t.clear(4, 0)
    t.wait(61)
    expect(t.heard('a')).toEqual(['opened', 'opened', 'summary'])
    expect(t.messages().at(-1)?.data).toMatchObject({ opened: 3, over: 1, standing: 2, news: 3 })
    t.clear(0, 0)
    expect(t.heard('a').at(-1)).toBe('resolved')
    t.clear(2, 0)
    t.clear(3, 0)
    expect(t.heard('a').filter((h) => h === 'resolved')).toHaveLength(1)
    t.wait(700)
    expect(t.messages().at(-1)).toMatchObject({ transition: 'summary', data: { over: 2, standing: 0 } })
    t.end()
  })
})

describe('what is held back', () => {
  it('is told once when nothing holds it any more, and never when it is over before', () => {
    const t = createPolicyStory()
    t.raise(0, 0, 'major', true)
    t.raise(1, 0, 'major', true)
    expect(t.messages()).toEqual([])
    expect(t.told()[0]).toMatchObject({ state: 'waiting', reason: 'gate', why: 'maintenance: a window' })
    t.clear(1, 0)
    t.free(0, 0)
    t.free(0, 0)
    t.wait(3600)
    expect(t.heard('a')).toEqual(['opened'])
    expect(t.told().find((r) => r.alarm === 'alarm-1.0')).toMatchObject({ state: 'suppressed', reason: 'gate' })
    t.end()
  })
})

describe('a channel', () => {
  it('that is off or does not carry it is the reason, one for each recipient', () => {
    const t = createPolicyStory()
    Object.assign(t.channel('b') ?? {}, { enabled: false })
    Object.assign(t.channel('c') ?? {}, { on: ['resolved'] })
    t.raise(0, 0)
    t.clear(0, 0)
    expect(t.told().map((r) => [r.recipient, r.state, r.reason])).toEqual([
      ['a', 'told', 'message'],
      ['b', 'suppressed', 'channel-off'],
      ['c', 'suppressed', 'not-carried'],
    ])
    expect([t.heard('b'), t.heard('c')]).toEqual([[], []])
  })
})

describe('an incident opened by hand', () => {
  it('is told with its end', () => {
    const t = createPolicyStory()
    t.openByHand(0)
    t.resolve(0)
    expect(t.heard('a')).toEqual(['opened', 'resolved'])
  })
})
