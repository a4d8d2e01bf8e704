import { expect } from 'vitest'

/** What was read `then` is read the same `now`. Fields that later versions add are no change of meaning. */
export function expectKept(now: unknown, then: unknown, path = ''): void {
  if (Array.isArray(then)) {
    expect(now, path).toHaveLength(then.length)
    for (const [i, value] of then.entries()) expectKept((now as unknown[])[i], value, `${path}[${i}]`)
  } else if (then !== null && typeof then === 'object')
    for (const [key, value] of Object.entries(then))
      expectKept((now as Record<string, unknown> | undefined)?.[key], value, `${path}.${key}`)
  else expect(now, path).toEqual(then)
}
