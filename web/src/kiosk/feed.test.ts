import { describe, expect, it } from 'vitest'
import { ageOf, createFeed, STALE_MS } from './feed.ts'

const START = 1_800_000_000_000

/** A collector of a few lines: its clock is 90 s ahead, it can be cut, restarted, rebuilt and revoked. */
function play(kinds: Parameters<typeof createFeed>[0]['kinds'] = ['alarms', 'devices']) {
  let clock = START
  const ahead = 90_000
  const world = {
    version: 1,
    build: 'one',
    reachable: true,
    valid: true,
    /** Answers of readings are held back as long as this. */
    slow: false,
    /** Answers are as old as this. */
    keptFor: 0,
    open: new Set<(text: string) => void>(),
    ends: new Set<() => void>(),
    requests: [] as string[],
  }
  const held: (() => void)[] = []
  const feed = createFeed({
    kinds,
    ...{ now: () => clock, random: () => 1, search: '?k=0123456789ab' },
    fetch: async (input, init) => {
      const path = String(input).replace('/api/v1/kiosk/', '').split('?')[0] as string
      world.requests.push(path)
      if (!world.reachable) throw new TypeError('failed to fetch')
      if (!world.valid) return new Response('{}', { status: 401 })
      if (path === 'session') return Response.json({ name: 'Hall' })
      if (path === 'live') return stream(init?.signal ?? undefined)
      if (world.slow) await new Promise<void>((resolve) => held.push(resolve))
      return Response.json({ at: clock + ahead - world.keptFor, version: world.version })
    },
  })

  function stream(signal?: AbortSignal): Response {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const send = (text: string) => controller.enqueue(new TextEncoder().encode(text))
        const end = () => {
          world.open.delete(send)
          world.ends.delete(end)
          try {
            controller.error(new Error('cut'))
          } catch {
            // ended already
          }
        }
        signal?.addEventListener('abort', end)
        world.open.add(send)
        world.ends.add(end)
        say('hello', { console: world.build })
      },
    })
    return new Response(body)
  }
  function say(event: string, more: object = {}): void {
    const data = JSON.stringify({ now: clock + ahead, ...more })
    for (const send of world.open) send(`event: ${event}\ndata: ${data}\n\n`)
  }
  const settle = async () => {
    for (let i = 0; i < 12; i++) await Promise.resolve()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return {
    feed,
    world,
    say,
    release() {
      for (const go of held.splice(0)) go()
    },
    cut() {
      for (const end of world.ends) end()
    },
    /** Lets seconds go by, with beats as a collector sends them. */
    async pass(seconds: number, step = 1) {
      for (let s = 0; s < seconds; s += step) {
        clock += step * 1000
        if (world.reachable && Math.floor(clock / 1000) % 5 < step) say('beat')
        feed.tick()
        await settle()
      }
    },
    age: () => ageOf(feed.state(), clock),
    collectorNow: () => clock + ahead,
  }
}

describe('what a wall knows', () => {
  it('reads all of it, goes by the clock of the collector, and is as old as the last beat', async () => {
    const p = play()
    expect(p.age()).toBeNull()
    await p.pass(3)
    expect(p.feed.state()).toMatchObject({ phase: 'live', name: 'Hall', build: 'one', clockOffsetMs: 90_000 })
    expect(p.feed.state().alarms).toMatchObject({ version: 1 })
    await p.pass(30)
    expect(p.age()).toBeLessThanOrEqual(5000)
    p.feed.stop()
  })

  it('reads only what it was told of, and soon', async () => {
    const p = play()
    await p.pass(10)
    p.world.requests.length = 0
    p.world.version = 2
    p.say('changed', { what: ['alarms'] })
    await p.pass(2)
    expect(p.feed.state().alarms).toMatchObject({ version: 2 })
    expect(p.feed.state().devices).toMatchObject({ version: 1 })
    expect(p.world.requests).toEqual(['alarms'])
    p.feed.stop()
  })

  it('asks again when the answer is older than what it was told', async () => {
    const p = play(['alarms'])
    await p.pass(10)
    p.world.keptFor = 8000
    p.say('changed', { what: ['alarms'] })
    await p.pass(5)
    const asked = p.world.requests.filter((path) => path === 'alarms').length
    expect(asked).toBeGreaterThan(2)
    p.world.keptFor = 0
    p.world.version = 3
    await p.pass(3)
    expect(p.feed.state().alarms).toMatchObject({ version: 3 })
    p.feed.stop()
  })

  it('is not fresh while a reading that it was told of is on its way', async () => {
    const p = play(['alarms'])
    await p.pass(10)
    p.world.slow = true
    p.say('changed', { what: ['alarms'] })
    await p.pass(19)
    expect(p.age()).toBeGreaterThan(STALE_MS)
    p.world.slow = false
    p.release()
    await p.pass(2)
    expect(p.age()).toBeLessThan(STALE_MS)
    p.feed.stop()
  })

  it('says how old it is when the network is cut without a word, and comes back by itself', async () => {
    const p = play()
    await p.pass(10)
    p.world.reachable = false
    await p.pass(40)
    expect(p.feed.state()).toMatchObject({ phase: 'cut', alarms: { version: 1 } })
    expect(p.age()).toBeGreaterThanOrEqual(40_000)
    p.world.reachable = true
    p.world.version = 5
    p.world.build = 'two'
    await p.pass(12)
    expect(p.feed.state()).toMatchObject({
      phase: 'live',
      build: 'two',
      alarms: { version: 5 },
      devices: { version: 5 },
    })
    expect(p.age()).toBeLessThanOrEqual(6000)
    p.feed.stop()
  })

  it('shows nothing any more when its link is revoked, and everything when it is valid again', async () => {
    const p = play()
    await p.pass(10)
    p.world.valid = false
    p.say('goodbye', { reason: 'signed-out' })
    p.cut()
    await p.pass(2)
    expect(p.feed.state()).toMatchObject({ phase: 'refused', alarms: null, devices: null, name: null, freshAt: null })
    p.world.requests.length = 0
    await p.pass(120)
    expect(p.world.requests.length).toBeLessThan(8)
    p.world.valid = true
    await p.pass(35)
    expect(p.feed.state()).toMatchObject({ phase: 'live', alarms: { version: 1 } })
    p.feed.stop()
  })

  it('lives through days of cuts and restarts: one stream at a time, requests in bounds, nothing left behind', async () => {
    const p = play()
    let most = 0
    const steps = (2 * 86_400) / 10
    for (let i = 0; i < steps; i++) {
      // every few hours the collector is away for some minutes, without a word or with one
      if (i % 1400 === 700) {
        p.world.reachable = false
        if (i % 2800 === 700) p.cut()
      }
      if (i % 1400 === 724) p.world.reachable = true
      if (i % 18 === 0) p.say('changed', { what: ['alarms', 'devices'] })
      await p.pass(10, 10)
      most = Math.max(most, p.world.open.size)
    }
    expect(most).toBe(1)
    expect(p.feed.state()).toMatchObject({ phase: 'live', alarms: { version: 1 } })
    const minutes = 2 * 24 * 60
    // each of two kinds once a minute anyway and now and then when told, and the tries to come back
    expect(p.world.requests.length).toBeLessThan(minutes * 3.5)
    expect(p.world.requests.length).toBeGreaterThan(minutes * 2)
    p.feed.stop()
    expect(p.world.open.size).toBe(0)
  }, 60_000)
})
