import { describe, expect, it } from 'vitest'
import { createLedger, type Found } from './ledger.ts'

function story(change: (found: Found[]) => Found[]) {
  const ledger = createLedger(1)
  const found: Found[] = []
  for (let i = 0; i < 100; i++) {
    const carrier = i % 2 ? ('inform' as const) : ('trap' as const)
    const { id, payload } = ledger.write(carrier)
    if (i !== 98) ledger.accept(id)
    found.push({ carrier, payload })
  }
  return ledger.compare(change(found))
}

// A comparer that cannot find a fault proves nothing: each fault is put in on purpose.
describe('ledger', () => {
  it('finds nothing wrong where nothing is', () => {
    expect(story((f) => f)).toMatchObject({
      sent: 100,
      accepted: 99,
      missing: 0,
      duplicate: 0,
      altered: 0,
      inverted: 0,
    })
  })
  it('finds a missing one, and knows which were acknowledged', () => {
    expect(story((f) => f.filter((_, i) => i !== 4 && i !== 7))).toMatchObject({ missing: 2, missingInforms: 1 })
  })
  it('does not ask for what was never accepted', () => {
    expect(story((f) => f.filter((_, i) => i !== 98))).toMatchObject({ missing: 0 })
  })
  it('finds a double', () => {
    expect(story((f) => [...f.slice(0, 10), f[9] as Found, ...f.slice(10)])).toMatchObject({ duplicate: 1 })
  })
  it('finds an altered one', () => {
    const alter = (f: Found[]) => f.map((x, i) => (i === 5 ? { ...x, payload: x.payload.replace(':end', ':enD') } : x))
    expect(story(alter)).toMatchObject({ altered: 1, missing: 1 })
  })
  it('finds two that changed places', () => {
    const swap = (f: Found[]) => f.map((x, i) => (i === 10 ? (f[12] as Found) : i === 12 ? (f[10] as Found) : x))
    expect(story(swap)).toMatchObject({ inverted: 1, missing: 0 })
  })
})
