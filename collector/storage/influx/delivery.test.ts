import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDelivery } from './delivery.ts'
import { waitAfter } from './pace.ts'
import { retryAfter, type WriteAnswer } from './target.ts'

const WRITTEN: WriteAnswer = { kind: 'written' }

/** A server of the 1.x kind (`partial`: writes what is right and counts the rest) or of the other (all or nothing). */
function server(isBad: (line: string) => boolean, partial: boolean) {
  const written = new Set<string>()
  let writes = 0
  return {
    written,
    writes: () => writes,
    async write(lines: readonly string[]): Promise<WriteAnswer> {
      writes++
      const bad = lines.filter(isBad)
      if (partial || bad.length === 0) for (const l of lines) if (!isBad(l)) written.add(l)
      if (bad.length === 0) return WRITTEN
      return { kind: 'refused', reason: '400: bad', dropped: partial ? bad.length : undefined, partial }
    },
  }
}

const lines = (count: number) => Array.from({ length: count }, (_, i) => `m${i % 10} value=${i}`)
const LIMITS = { points: 100, bytes: 100_000 }

describe('delivery', () => {
  it('gets every good line in and names every bad one, whatever is bad', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 400 }),
        fc.func(fc.boolean()),
        fc.boolean(),
        async (count, bad, partial) => {
          const all = lines(count)
          const poison = new Set(all.filter((l, i) => bad(l, i)))
          const target = server((l) => poison.has(l), partial)
          const done = await createDelivery(target, LIMITS).deliver(all)
          if (!partial && done.kind === 'later') {
            // none that was tried was taken: then nothing is decided
            expect(poison.size).toBeGreaterThan(0)
            return
          }
          expect(done.kind).toBe('done')
          if (done.kind === 'done') expect(new Set(done.refused.map((r) => r.line))).toEqual(poison)
          expect(target.written).toEqual(new Set(all.filter((l) => !poison.has(l))))
        },
      ),
    )
  })

  it('needs few writes for a series that is refused as a whole', async () => {
    const target = server((l) => l.startsWith('m3 '), true)
    const done = await createDelivery(target, { points: 5000, bytes: 1e6 }).deliver(lines(5000))
    expect(done).toMatchObject({ kind: 'done', refused: { length: 500 } })
    expect(target.writes()).toBeLessThan(40)
  })

  it('decides nothing while everything is refused', async () => {
    const target = server(() => true, false)
    expect(await createDelivery(target, LIMITS).deliver(lines(500))).toMatchObject({ kind: 'later' })
    expect(target.writes()).toBeLessThan(25)
  })

  it('makes writes smaller for a server that takes less, and sets aside only what is too large alone', async () => {
    const sizes: number[] = []
    const delivery = createDelivery(
      {
        async write(all) {
          const bytes = all.join('\n').length
          sizes.push(bytes)
          return bytes > 2000 ? { kind: 'too-large', reason: '413' } : WRITTEN
        },
      },
      { points: 10_000, bytes: 20_000 },
    )
    const huge = `m value=${'1'.repeat(3000)}`
    const done = await delivery.deliver([...lines(1000), huge])
    expect(done).toMatchObject({ kind: 'done', refused: [{ line: huge }] })
    sizes.length = 0
    await delivery.deliver(lines(1000))
    expect(Math.max(...sizes)).toBeLessThan(8000)
  })

  it('stops at the first sign of trouble and knows later what it had found', async () => {
    let trouble: WriteAnswer | undefined
    const target = server((l) => l === 'm7 value=7', false)
    let writes = 0
    const delivery = createDelivery(
      {
        async write(all) {
          writes++
          if (writes === 14) trouble = { kind: 'busy', reason: '503', retryAfterMs: 5 }
          return trouble ?? target.write(all)
        },
      },
      LIMITS,
    )
    const all = lines(300)
    expect(await delivery.deliver(all)).toEqual({
      kind: 'later',
      answer: { kind: 'busy', reason: '503', retryAfterMs: 5 },
    })
    trouble = undefined
    writes = 100
    expect(await delivery.deliver(all)).toMatchObject({ kind: 'done', refused: [{ line: 'm7 value=7' }] })
    expect(target.written.size).toBe(299)
  })

  it('counts what the server says is older than it keeps', async () => {
    const answer: WriteAnswer = { kind: 'beyond-retention', dropped: 7, reason: '' }
    expect(await createDelivery({ write: async () => answer }, LIMITS).deliver(lines(50))).toEqual({
      ...{ kind: 'done', refused: [], beyond: 7 },
    })
  })
})

describe('the pace', () => {
  const failed: WriteAnswer = { kind: 'failed', reason: '' }
  it('has full jitter that grows to a minute', () => {
    expect(waitAfter(failed, 0, () => 0.5)).toBe(250)
    expect(waitAfter(failed, 3, () => 0.5)).toBe(2000)
    expect(waitAfter(failed, 10_000, () => 0.999)).toBeLessThan(60_000)
    expect(waitAfter(failed, 10_000, () => 0)).toBe(0)
  })

  it('is what the server asks for, and slow where only a person can help', () => {
    expect(waitAfter({ kind: 'busy', reason: '', retryAfterMs: 7000 }, 0, () => 0)).toBe(7000)
    expect(waitAfter({ kind: 'busy', reason: '', retryAfterMs: 1e12 }, 0, () => 0)).toBe(3600_000)
    for (const kind of ['unauthorised', 'missing'] as const)
      expect(waitAfter({ kind, reason: '' }, 0, () => 0)).toBe(30_000)
  })

  it('reads Retry-After as seconds or as a date', () => {
    const now = Date.parse('2026-11-22T10:00:00Z')
    expect(retryAfter('120', now)).toBe(120_000)
    expect(retryAfter('Sun, 22 Nov 2026 10:00:30 GMT', now)).toBe(30_000)
    for (const nonsense of ['', 'soon', '-5', undefined, null, 'Sun, 22 Nov 2020 10:00:30 GMT'])
      expect(retryAfter(nonsense, now)).toBeUndefined()
  })
})
