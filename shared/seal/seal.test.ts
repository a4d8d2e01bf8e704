import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSealed, makeSealingKey, openSealed, seal } from './seal.ts'

describe('a sealed box', () => {
  const key = makeSealingKey()

  it('gives its holder the text back, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const box = seal(key.publicKey, text, 'test')
        expect(isSealed(box)).toBe(true)
        expect(openSealed(key.privatePem, box, 'test')).toBe(Buffer.from(text).toString())
      }),
      { numRuns: 50 },
    )
  })

  it('is different every time', () => {
    expect(seal(key.publicKey, 'public', 'test')).not.toBe(seal(key.publicKey, 'public', 'test'))
  })

  it('opens neither with another key nor for another purpose', () => {
    const box = seal(key.publicKey, 'community', 'site-a')
    expect(() => openSealed(makeSealingKey().privatePem, box, 'site-a')).toThrow()
    expect(() => openSealed(key.privatePem, box, 'site-b')).toThrow()
  })

  it('does not open when any byte was changed or cut', () => {
    const box = seal(key.publicKey, 'community', 'test')
    const bytes = Buffer.from(box.slice(3), 'base64')
    for (let i = 0; i < bytes.length; i++) {
      const bad = Buffer.from(bytes)
      bad[i] = (bad[i] as number) ^ 1
      expect(() => openSealed(key.privatePem, `x1.${bad.toString('base64')}`, 'test'), `byte ${i}`).toThrow()
    }
    expect(() => openSealed(key.privatePem, box.slice(0, 40), 'test')).toThrow('too short')
    expect(() => openSealed(key.privatePem, 'public', 'test')).toThrow('not a sealed box')
  })

  it('refuses a key that is none', () => {
    expect(() => seal('AAAA', 'x', 'test')).toThrow('32 bytes')
  })
})
