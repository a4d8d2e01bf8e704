import { expect, it } from 'vitest'
import { mapMemory } from './map-memory.ts'

function storage(first?: string) {
  let value: string | null = first ?? null
  return {
    getItem: () => value,
    setItem: (_: string, next: string) => {
      value = next
    },
  }
}

it('gives back what was left, of each site its own', () => {
  const memory = mapMemory(storage())
  memory.write('hq', new Map([['hq.a', { x: 1.4, y: -20 }]]))
  memory.write('port', new Map([['port.a', { x: 3, y: 4 }]]))
  expect([...memory.read('hq')]).toEqual([['hq.a', { x: 1, y: -20 }]])
  memory.forget('hq')
  expect(memory.read('hq').size).toBe(0)
  expect(memory.read('port').size).toBe(1)
})

it('keeps the sites that were looked at last', () => {
  const memory = mapMemory(storage())
  for (let i = 0; i < 30; i++) memory.write(`s${i}`, new Map([['a', { x: i, y: 0 }]]))
  expect(memory.read('s0').size).toBe(0)
  expect(memory.read('s10').size).toBe(1)
  expect(memory.read('s29').size).toBe(1)
})

it.each(['', 'nonsense', '[]', 'null', '{"hq":5}', '{"hq":[5,[1,2,3],["a","x",2],["b",1,null]]}'])(
  'takes %s for no memory',
  (text) => expect(mapMemory(storage(text)).read('hq').size).toBe(0),
)

it('goes on where nothing can be kept', () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new Error('quota')
    },
  }
  expect(() => mapMemory(full).write('hq', new Map([['a', { x: 1, y: 1 }]]))).not.toThrow()
})
