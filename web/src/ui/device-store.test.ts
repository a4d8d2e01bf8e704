import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { storeOf } from './device-store.ts'

const refused = () => {
  throw new DOMException('The operation is insecure.', 'SecurityError')
}

describe('what a browser keeps', () => {
  it('is kept as long as the page stands where the browser keeps nothing, and throws never', () => {
    const store = storeOf(refused)
    expect(store.getItem('a')).toBeNull()
    store.setItem('a', '1')
    expect(store.getItem('a')).toBe('1')
    expect([store.length, store.key(0), store.key(1)]).toEqual([1, 'a', null])
    store.removeItem('a')
    expect(store.getItem('a')).toBeNull()
  })

  it('is asked for in one place only', () => {
    const own = globSync('web/src/**/*.{ts,tsx}').filter((file) => !/test|device-store/.test(file))
    expect(own.length).toBeGreaterThan(300)
    expect(own.filter((file) => /\b(local|session)Storage\b/.test(readFileSync(file, 'utf8')))).toEqual([])
  })

  it('is what was kept before where there is no room for more', () => {
    const kept = new Map([['a', 'old']])
    const full = {
      ...{ length: 1, key: () => 'a', getItem: (key: string) => kept.get(key) ?? null },
      ...{ removeItem: (key: string) => void kept.delete(key), setItem: refused },
    }
    const store = storeOf(() => full)
    store.setItem('a', 'new')
    expect(store.getItem('a')).toBe('old')
    store.removeItem('a')
    expect(store.getItem('a')).toBeNull()
  })
})
