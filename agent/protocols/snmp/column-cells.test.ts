import { expect, it } from 'vitest'
import { createColumnCells } from './column-cells.ts'
import type { SnmpValue } from './snmp-client.ts'

it('is a Map of values to everyone who looks', () => {
  const cells = createColumnCells('1.3.6.1.9')
  const map = new Map<string, SnmpValue>()
  const given = [
    ['1', 'Integer', 7],
    ['2.5', 'Integer', -1],
    ['10', 'Counter64', 2n ** 60n],
    ['11', 'OctetString', Buffer.from('x')],
    ['', 'Null', null],
  ] as const
  expect([cells.size, [...cells], cells.get('1')]).toEqual([0, [], undefined])
  for (const [index, type, value] of given) {
    cells.add(index, type, value)
    map.set(index, { oid: `1.3.6.1.9.${index}`, type, value })
    expect(cells.get(index)).toEqual(map.get(index))
  }
  const visited: unknown[] = []
  cells.forEach((value, index) => {
    visited.push([index, value])
  })
  expect([visited, [...cells], [...cells.entries()]]).toEqual([[...map], [...map], [...map]])
  expect([[...cells.keys()], [...cells.values()], cells.size]).toEqual([[...map.keys()], [...map.values()], 5])
  expect([cells.has('2.5'), cells.has('2'), cells.get('3')]).toEqual([true, false, undefined])
})
