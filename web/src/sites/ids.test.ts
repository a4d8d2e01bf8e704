import { describe, expect, it } from 'vitest'
import { LOCAL_ID_PATTERN } from '#shared/domain/identity.ts'
import { idFrom } from './ids.ts'

describe('an id from a name', () => {
  it.each([
    ['Plant 2 Suzhou', 'plant-2-suzhou'],
    ['  Zürich / Head Office ', 'zurich-head-office'],
    ['苏州二厂', 'site'],
    ['苏州 2 厂', 'site-2'],
    ['-+#/', 'site'],
    ['A'.repeat(200), 'a'.repeat(48)],
  ])('%s is %s', (name, id) => {
    expect(idFrom(name, 'site', [])).toBe(id)
    expect(id).toMatch(LOCAL_ID_PATTERN)
  })

  it('is one nobody has', () => {
    expect(idFrom('HQ', 'site', [{ id: 'hq' }, { id: 'hq-2' }])).toBe('hq-3')
    expect(idFrom('总部', 'site', [{ id: 'site' }])).toBe('site-2')
  })

  it('stays empty without a name', () => expect(idFrom('  ', 'site', [])).toBe(''))
})
