import { expect, it } from 'vitest'
import { nearest } from './nearest.ts'

const NODES = [
  { id: 'core', x: 0, y: 0 },
  { id: 'left', x: -100, y: 100 },
  { id: 'below', x: 0, y: 120 },
  { id: 'right', x: 100, y: 100 },
  { id: 'far', x: 0, y: 900 },
]

it.each([
  ['down', 'core', 'below'],
  ['down', 'below', 'far'],
  ['up', 'far', 'below'],
  ['right', 'left', 'below'],
  ['right', 'below', 'right'],
  ['up', 'core', undefined],
] as const)('going %s from %s leads to %s', (direction, from, to) => {
  const at = NODES.find((node) => node.id === from)
  if (!at) throw new Error(from)
  expect(nearest(NODES, at, direction, from)).toBe(to)
})
