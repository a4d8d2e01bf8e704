import { describe, expect, it } from 'vitest'
import { keepDraft, readDraft, writtenSince } from './note-draft.ts'

function memory(): Storage {
  const map = new Map<string, string>()
  return {
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
    key: (n) => [...map.keys()][n] ?? null,
    clear: () => map.clear(),
    get length() {
      return map.size
    },
  }
}

describe('a note that was not sent yet', () => {
  it('stays by incident and user until it is sent', () => {
    const store = memory()
    keepDraft(store, 'nora', 'i1', 'the fan is\nloud', 1)
    keepDraft(store, 'li', 'i1', 'other', 2)
    expect(readDraft(store, 'nora', 'i1')).toBe('the fan is\nloud')
    expect(readDraft(store, 'nora', 'i2')).toBe('')
    keepDraft(store, 'nora', 'i1', '  ', 3)
    expect(readDraft(store, 'nora', 'i1')).toBe('')
    expect(store.length).toBe(1)
  })

  it('forgets the oldest of many', () => {
    const store = memory()
    store.setItem('else', 'stays')
    for (let n = 0; n < 60; n++) keepDraft(store, 'nora', `i${n}`, `note ${n}`, n)
    expect(store.length).toBe(51)
    expect(readDraft(store, 'nora', 'i9')).toBe('')
    expect(readDraft(store, 'nora', 'i10')).toBe('note 10')
  })

  it('is no reason to fail where nothing can be kept or something else stands there', () => {
    const store = memory()
    store.setItem('outrider.note.nora.i1', '{"text":')
    expect(readDraft(store, 'nora', 'i1')).toBe('')
    const full = {
      ...memory(),
      setItem: () => {
        throw new Error('full')
      },
      getItem: () => {
        throw new Error('not allowed')
      },
    }
    keepDraft(full as unknown as Storage, 'nora', 'i1', 'text', 1)
    expect(readDraft(full as unknown as Storage, 'nora', 'i1')).toBe('')
  })
})

describe('a note that was kept', () => {
  it('takes nothing with it that was written while it was on its way', () => {
    expect(writtenSince('On it', 'On it')).toBe('')
    expect(writtenSince('On it\nand the door is locked', 'On it')).toBe('and the door is locked')
    expect(writtenSince('Something else', 'On it')).toBe('Something else')
  })
})
