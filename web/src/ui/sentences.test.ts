import { describe, expect, it } from 'vitest'
import { sentences } from './sentences.ts'

describe('sentences', () => {
  it('end as their writing has it', () => {
    expect(sentences('no answer', 'Try again')).toBe('No answer. Try again.')
    expect(sentences('没有应答', '请重试')).toBe('没有应答。请重试。')
    expect(sentences('没有应答。', 'agent hq-1 is away')).toBe('没有应答。Agent hq-1 is away.')
  })

  it('keep the end they have, and leave out what is empty', () => {
    expect(sentences('Really?', undefined, '', 'Yes.')).toBe('Really? Yes.')
    expect(sentences()).toBe('')
  })
})
