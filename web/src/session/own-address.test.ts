import { describe, expect, it } from 'vitest'
import { ownAddress } from './own-address.ts'

describe('the address somebody came for', () => {
  it('is one of the console', () => {
    expect(ownAddress('/alarms?view=new#x')).toBe('/alarms?view=new#x')
    expect(ownAddress('/incidents/inc-1')).toBe('/incidents/inc-1')
  })

  it('never leads elsewhere, nor round in a circle', () => {
    const bad = ['//evil.example', '/\\evil.example', '/\t/evil.example', 'https://evil.example', 'javascript:alert(1)']
    for (const to of [...bad, '', '/', '/login', '/login?to=/login', 'alarms', undefined]) {
      expect(ownAddress(to), String(to)).toBeUndefined()
    }
  })
})
