import { describe, expect, it } from 'vitest'
import { boxOf, heard, type TypedBox, told } from './typed-search.ts'

const type = (box: TypedBox, typed: string): TypedBox => ({ ...box, typed })

describe('a search box and its address', () => {
  it('loses no letter that was typed while the address followed', () => {
    const sent = told(type(boxOf(''), 'core'))
    const further = type(sent, 'core-sw')
    expect(heard(further, 'core').typed).toBe('core-sw')
    // two on their way: the first comes late, or not at all
    const both = type(told(further), 'core-sw1')
    expect(heard(heard(both, 'core'), 'core-sw').typed).toBe('core-sw1')
    expect(heard(both, 'core-sw').typed).toBe('core-sw1')
  })

  it('shows what the address says when somebody goes back or follows a link', () => {
    const box = heard(told(type(boxOf('old'), 'new')), 'new')
    expect(heard(box, 'old')).toMatchObject({ typed: 'old', asked: 'old' })
    expect(heard(box, '').typed).toBe('')
  })

  it('asks once for what the address cannot hold', () => {
    const long = 'x'.repeat(10_000)
    const box = told(type(boxOf(''), long))
    expect(box.asked).toBe(long)
    expect(heard(box, long.slice(0, 200))).toMatchObject({ typed: long, asked: long })
  })
})
