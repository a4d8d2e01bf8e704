import { expect, it } from 'vitest'
import { makePassword } from './made-password.ts'

it('makes another each time, in letters nobody mistakes', () => {
  const made = new Set(Array.from({ length: 200 }, () => makePassword()))
  expect(made.size).toBe(200)
  for (const one of made) expect(one).toMatch(/^([a-km-zA-HJ-NP-Z2-9]{5}-){3}[a-km-zA-HJ-NP-Z2-9]{5}$/)
})

it('leaves out bytes that would make some letters more likely', () => {
  let n = 0
  const bytes = (b: Uint8Array<ArrayBuffer>) => b.fill(n++ === 0 ? 255 : 1)
  expect(makePassword(bytes)).toBe('bbbbb-bbbbb-bbbbb-bbbbb')
  expect(n).toBe(2)
})
