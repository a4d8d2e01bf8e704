import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createClock } from './clock.ts'

function start(browserAhead: number) {
  let real = 1_000_000_000
  let wrong = browserAhead
  let running = 500
  const clock = createClock({ wall: () => real + wrong, monotonic: () => running })
  return {
    clock,
    real: () => real,
    pass: (ms: number) => {
      real += ms
      running += ms
    },
    /** Somebody sets the machine's clock. */
    set: (ahead: number) => {
      wrong = ahead
    },
  }
}

describe('the clock of the console', () => {
  it('is the browser’s until the collector is heard, then the collector’s', () => {
    const t = start(432_000)
    expect(t.clock.now()).toBe(t.real() + 432_000)
    expect(t.clock.browserAheadMs()).toBe(0)
    t.clock.heard(t.real())
    t.pass(10_000)
    expect(t.clock.now()).toBe(t.real())
    expect(t.clock.browserAheadMs()).toBe(432_000)
  })

  it('does not jump when the machine’s clock is set, and says by how much that is wrong now', () => {
    const t = start(0)
    t.clock.heard(t.real())
    t.set(-3_600_000)
    t.pass(1000)
    expect(t.clock.now()).toBe(t.real())
    expect(t.clock.browserAheadMs()).toBe(-3_600_000)
  })

  it('takes times to the second as a hint only: no jitter, but the first one and a real difference', () => {
    const t = start(60_000)
    t.clock.heard(t.real() - 400, 's')
    expect(Math.abs(t.clock.now() - t.real())).toBeLessThan(1000)
    t.clock.heard(t.real())
    t.pass(5000)
    t.clock.heard(t.real() - 900, 's')
    expect(t.clock.now()).toBe(t.real())
    // the machine slept: its monotonic clock stood still
    t.clock.heard(t.real() + 600_000, 's')
    expect(t.clock.now()).toBe(t.real() + 600_500)
    t.clock.heard(Number.NaN, 's')
    expect(t.clock.now()).toBe(t.real() + 600_500)
  })
})

/** Who may ask the machine: the clock itself, and what only compares it with itself. */
const OF_THE_MACHINE = [
  ...['api/clock.ts', 'app/console.ts', 'app/screen-failed.tsx', 'incidents/note-form.tsx'],
  // these hand the UTC of an instant to Date.parse, never a wall time
  ...['api/client.ts', 'ui/zone.ts'],
]

it('is asked by everybody: the clock and the zone of the machine may be wrong, or not the reader’s', () => {
  const src = new URL('../', import.meta.url).pathname
  const asks = /Date\.now\(|new Date\(\)|Date\.parse\(|getTimezoneOffset|toLocale(?:Date|Time)?String/
  const who = globSync('**/*.{ts,tsx}', { cwd: src })
    .filter((file) => !file.includes('.test.') && asks.test(readFileSync(src + file, 'utf8')))
    .map((file) => file.replaceAll('\\', '/'))
  expect(who.sort()).toEqual(OF_THE_MACHINE.sort())
})
