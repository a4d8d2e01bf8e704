import { describe, expect, it } from 'vitest'
import { holdStill, settle } from './hold.ts'
import { alarm } from './sample-alarm.test-data.ts'

const byId = (...rows: ReturnType<typeof alarm>[]) => new Map(rows.map((row) => [row.id, row]))

describe('holding still', () => {
  it('shows the list as it is when nothing holds it', () => {
    const rows = [alarm('b'), alarm('a')]
    expect(settle(null, rows, byId(...rows))).toEqual({ rows, waiting: 0, gone: new Set() })
  })

  it('keeps places, counts what is new, shows the newest content of each row', () => {
    const [a, b, c] = [alarm('a'), alarm('b'), alarm('c')]
    const held = holdStill([b, a])
    const changed = alarm('a', { text: 'changed' })
    const shown = settle(held, [c, changed, b], byId(c, changed, b))
    expect(shown.rows).toEqual([b, changed])
    expect(shown.waiting).toBe(1)
  })

  it('keeps a row that has left, marked, with what was last known of it', () => {
    const [a, b] = [alarm('a'), alarm('b')]
    const shown = settle(holdStill([a, b]), [b], byId(b))
    expect(shown.rows).toEqual([a, b])
    expect(shown.gone).toEqual(new Set(['a']))
  })
})
