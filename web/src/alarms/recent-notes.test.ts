import { expect, it } from 'vitest'
import { keepNote, recentNotes } from './recent-notes.ts'

function storeOf(text?: string) {
  const kept = new Map(text === undefined ? [] : [['outrider-notes:lena', text]])
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  }
}

it('are kept by user and action, the latest first, each once, five of them', () => {
  const store = storeOf() as unknown as Storage
  for (const note of ['a', 'b', 'c', 'a', 'd', 'e', 'f']) keepNote(store, 'lena', 'acknowledge', note)
  keepNote(store, 'lena', 'shelve', 'other')
  keepNote(store, 'wei', 'acknowledge', 'mine')
  expect(recentNotes(store, 'lena', 'acknowledge')).toEqual(['f', 'e', 'd', 'a', 'c'])
  expect(recentNotes(store, 'lena', 'shelve')).toEqual(['other'])
  expect(recentNotes(store, 'wei', 'acknowledge')).toEqual(['mine'])
})

it('leave out what is about one case: long ones, lists, nothing', () => {
  const store = storeOf() as unknown as Storage
  for (const note of ['', 'x'.repeat(81), 'two\nlines']) keepNote(store, 'lena', 'close', note)
  expect(recentNotes(store, 'lena', 'close')).toEqual([])
})

it.each(['no json', 'null', '[]', '{"acknowledge":"text"}', '{"acknowledge":[1,null]}'])('are none from %s', (text) => {
  const store = storeOf(text) as unknown as Storage
  expect(recentNotes(store, 'lena', 'acknowledge')).toEqual([])
  keepNote(store, 'lena', 'acknowledge', 'new')
  expect(recentNotes(store, 'lena', 'acknowledge')).toEqual(['new'])
})
