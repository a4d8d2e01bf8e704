import { describe, expect, it } from 'vitest'
import { createTestApi } from '#test/support/test-api.ts'
import { until } from '#test/support/until.ts'
import { createLiveHub, firstIdAt, type LiveSink } from './live-hub.ts'

const hello = { version: '0', now: 0 }
const note = (hub: ReturnType<typeof createLiveHub>, n: number) =>
  hub.publish('reset', { liveId: n, reason: 'restarted' }, null)

function sink(backlog = 0): LiveSink & { texts: string[]; closed: boolean; allowed: boolean } {
  const s = {
    texts: [] as string[],
    closed: false,
    allowed: true,
    write: (text: string) => void s.texts.push(text),
    backlog: () => backlog,
    close: () => {
      s.closed = true
    },
    stillAllowed: async () => s.allowed,
  }
  return s
}
const ids = (s: { texts: string[] }) => [...s.texts.join('').matchAll(/^id: (\d+)$/gm)].map((m) => Number(m[1]))
const tick = () => new Promise((resolve) => setImmediate(resolve))

describe('live hub', () => {
  it('gathers the deltas of a turn into one write', async () => {
    const hub = createLiveHub(100)
    const s = sink()
    hub.add(s, undefined, hello)
    for (let i = 0; i < 200; i++) note(hub, i)
    await tick()
    expect(s.texts).toHaveLength(2)
    expect(ids(s)).toEqual(Array.from({ length: 200 }, (_, i) => 101 + i))
  })

  it('gives a returning client exactly what it missed', async () => {
    const hub = createLiveHub(100)
    for (let i = 0; i < 50; i++) note(hub, i)
    const s = sink()
    hub.add(s, 120, hello)
    expect(ids(s)).toEqual(Array.from({ length: 30 }, (_, i) => 121 + i))
    expect(s.texts[0]).toContain('"resumed":true')
    note(hub, 1)
    await tick()
    expect(ids(s).at(-1)).toBe(151)
  })

  it('says reset when the ring does not reach back, and after a restart', () => {
    const hub = createLiveHub(100)
    for (let i = 0; i < 25_000; i++) note(hub, i)
    for (const [since, reason] of [
      [200, 'too-old'],
      [50, 'restarted'],
      [99_999, 'restarted'],
    ] as const) {
      const s = sink()
      hub.add(s, since, hello)
      expect(s.texts.join('')).toContain(`"reason":"${reason}"`)
      expect(s.texts[0]).toContain('"resumed":false')
      expect(ids(s)).toEqual([hub.newestId()])
    }
    const near = sink()
    hub.add(near, hub.newestId() - 9000, hello)
    expect(ids(near)).toHaveLength(9000)
  })

  it('takes no id of an earlier run for one of its own, also when the clock was put back or went slower than deltas', () => {
    const at = 1_800_000_000_000
    const before = createLiveHub(firstIdAt(at))
    for (let i = 0; i < 20_000; i++) note(before, i)
    // half a second back, and a tenth on: with fewer ids to a moment both would be within what is kept
    for (const now of [at - 500, at + 100]) {
      const after = createLiveHub(firstIdAt(now))
      for (let i = 0; i < 15_000; i++) note(after, i)
      const s = sink()
      after.add(s, before.newestId(), hello)
      expect(s.texts[0]).toContain('"resumed":false')
    }
    expect(Number.isSafeInteger(firstIdAt(Date.UTC(2200, 0)))).toBe(true)
  })

  it('drops a client that does not read, and counts it', async () => {
    const hub = createLiveHub(0)
    const slow = sink(2_000_000)
    const quick = sink()
    hub.add(slow, undefined, hello)
    hub.add(quick, undefined, hello)
    note(hub, 1)
    await tick()
    expect([slow.closed, quick.closed, hub.clients()]).toEqual([true, false, 1])
    expect(hub.dropped()).toEqual({ 'client-too-slow': 1 })
  })

  it('leaves places for others, whoever opens how many', () => {
    const hub = createLiveHub(0)
    const leave = Array.from({ length: 250 }, () => hub.add({ ...sink(), owner: 'ann' }, undefined, hello))
    expect([hub.isFull('ann'), hub.isFull('bob'), hub.isFull()]).toEqual([true, false, false])
    const one = { ...sink(), owner: 'ann' }
    hub.add(one, undefined, hello)
    expect([hub.clients(), hub.dropped()]).toEqual([250, { 'too-many-clients': 1 }])
    leave[0]?.()
    expect(hub.isFull('ann')).toBe(false)
    for (let i = 0; i < 751; i++) hub.add({ ...sink(), owner: `user ${i}` }, undefined, hello)
    expect([hub.clients(), hub.isFull('carl'), hub.isFull()]).toEqual([1000, true, true])
  })

  it('ends at once what is no longer theirs, and waits with what cannot be asked', async () => {
    const hub = createLiveHub(0)
    const broken = {
      ...sink(),
      owner: 'ann',
      stillAllowed: async (): Promise<boolean> => Promise.reject(new Error('busy')),
    }
    const [ended, other] = [Object.assign(sink(), { owner: 'ann' }), Object.assign(sink(), { owner: 'bob' })]
    for (const one of [broken, ended, other]) hub.add(one, undefined, hello)
    for (const one of [ended, other]) one.allowed = false
    await hub.recheck('ann')
    expect([broken.closed, ended.closed, other.closed]).toEqual([false, true, false])
    await hub.recheck()
    expect(other.closed).toBe(true)
  })

  it('ends the stream of a session that has ended', async () => {
    const hub = createLiveHub(0)
    const s = sink()
    hub.add(s, undefined, hello)
    await hub.beat()
    expect(s.texts.at(-1)).toBe(': beat\n\n')
    s.allowed = false
    await hub.beat()
    expect([s.closed, s.texts.at(-1)?.includes('signed-out')]).toEqual([true, true])
  })
})

describe('GET /api/v1/live', () => {
  it('streams over a real socket and resumes by Last-Event-ID', async () => {
    await using t = await createTestApi()
    const base = await t.api.start('127.0.0.1', 0)
    const cookie = await t.signIn()
    const listen = async (headers: Record<string, string>) => {
      const abort = new AbortController()
      const response = await fetch(`${base}/api/v1/live`, { headers: { cookie, ...headers }, signal: abort.signal })
      const seen = { text: '', type: response.headers.get('content-type'), abort }
      const reading = (async () => {
        const decoder = new TextDecoder()
        for await (const part of response.body as unknown as AsyncIterable<Uint8Array>)
          seen.text += decoder.decode(part)
      })()
      reading.catch(() => undefined)
      return seen
    }
    const first = await listen({})
    await until(() => first.text.includes('event: hello'))
    expect(first.type).toMatch(/^text\/event-stream/)
    t.live.publish('reset', { liveId: 1, reason: 'restarted' }, null)
    await until(() => first.text.includes('id: 1001'))
    first.abort.abort()
    await until(() => t.live.clients() === 0)
    t.live.publish('reset', { liveId: 2, reason: 'restarted' }, null)
    const second = await listen({ 'last-event-id': '1001' })
    await until(() => second.text.includes('id: 1002'))
    expect(second.text).not.toContain('id: 1001\n')
    expect((await fetch(`${base}/api/v1/live`)).status).toBe(401)
  })
})
