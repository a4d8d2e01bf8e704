import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCloneWatch, FORGET_MS, LATE_MS } from './clone-watch.ts'

const AGENT = 'hq-abc123'
const HEARTBEAT = 10_000

describe('clone watch', () => {
  it('says nothing of one that is started again, again and again', () => {
    const watch = createCloneWatch()
    let seconds = 0
    for (let start = 0; start < 50; start++)
      for (let mono = 1; mono <= 3; mono++)
        expect(watch.see({ agent: AGENT, instance: `start-${start}`, mono, at: ++seconds * 1000 })).toBeUndefined()
    expect(watch.size().instances).toBeLessThanOrEqual(16)
  })

  it('takes no late word of the one before for a second program', () => {
    const watch = createCloneWatch()
    watch.see({ agent: AGENT, instance: 'a', mono: 1, at: 0 })
    watch.see({ agent: AGENT, instance: 'b', mono: 1, at: 1000 })
    expect(watch.see({ agent: AGENT, instance: 'a', mono: 2, at: 1000 + LATE_MS })).toBeUndefined()
    expect(watch.see({ agent: AGENT, instance: 'b', mono: 2, at: 31_000 })).toBeUndefined()
    // the same words a second time, whenever
    expect(watch.see({ agent: AGENT, instance: 'a', mono: 2, at: 61_000 })).toBeUndefined()
  })

  it('sees two that push each other out', () => {
    const watch = createCloneWatch()
    let found: number | undefined
    for (let at = 0; at < 60_000 && found === undefined; at += 1500)
      if (watch.see({ agent: AGENT, instance: at % 3000 === 0 ? 'a' : 'b', mono: at + 1, at })) found = at
    expect(found).toBeLessThan(10_000)
  })

  it('knows each agent by itself, and starts anew after a release', () => {
    const watch = createCloneWatch()
    watch.see({ agent: AGENT, instance: 'a', mono: 1, at: 0 })
    watch.see({ agent: 'other-agent', instance: 'b', mono: 1, at: 1 })
    expect(watch.see({ agent: AGENT, instance: 'a', mono: 2, at: 40_000 })).toBeUndefined()
    watch.see({ agent: AGENT, instance: 'b', mono: 1, at: 50_000 })
    watch.forget(AGENT)
    expect(watch.see({ agent: AGENT, instance: 'a', mono: 3, at: 90_000 })).toBeUndefined()
  })

  it('remembers a bounded number of things', () => {
    const watch = createCloneWatch()
    for (let i = 0; i < 60_000; i++) watch.see({ agent: `agent-${i}`, instance: 'a', mono: 1, at: i })
    expect(watch.size().agents).toBe(50_000)
    watch.see({ agent: AGENT, instance: 'a', mono: 1, at: 0 })
    watch.see({ agent: AGENT, instance: 'b', mono: 1, at: 1 })
    expect(watch.see({ agent: AGENT, instance: 'a', mono: 2, at: FORGET_MS + 10 })).toBeUndefined()
  })

  it('property: never for one program at a time, however it is restarted and however its last words are late', () => {
    const run = fc.record({ hellos: fc.integer({ min: 1, max: 5 }), pause: fc.integer({ min: 1, max: 90_000 }) })
    fc.assert(
      fc.property(
        fc.array(run, { minLength: 1, maxLength: 15 }),
        fc.array(fc.integer({ min: 0, max: LATE_MS })),
        (runs, late) => {
          const told: { instance: string; mono: number; at: number }[] = []
          let at = 0
          for (const [i, { hellos, pause }] of runs.entries()) {
            for (let mono = 1; mono <= hellos; mono++) {
              told.push({ instance: `run-${i}`, mono, at: at + (mono === hellos ? (late[i] ?? 0) : 0) })
              at += pause
            }
          }
          const watch = createCloneWatch()
          const received = told.toSorted((a, b) => a.at - b.at)
          for (const hello of received) expect(watch.see({ agent: AGENT, ...hello })).toBeUndefined()
        },
      ),
    )
  })

  it('property: always within a minute for two that run beside each other', () => {
    const times = fc.array(fc.integer({ min: 1, max: HEARTBEAT }), { minLength: 40, maxLength: 60 })
    fc.assert(
      fc.property(times, (steps) => {
        const watch = createCloneWatch()
        let at = 0
        let found: number | undefined
        const mono = { a: 0, b: 0 }
        for (const [i, step] of steps.entries()) {
          at += step
          const instance = i % 2 === 0 ? 'a' : 'b'
          if (watch.see({ agent: AGENT, instance, mono: ++mono[instance], at }) && found === undefined) found = at
        }
        if (at >= 60_000) expect(found).toBeLessThanOrEqual(60_000)
      }),
    )
  })
})
