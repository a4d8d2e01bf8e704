import fc from 'fast-check'
import { expect, it } from 'vitest'
import { eachKeyValue, keyValuesOf } from './key-values.ts'

it.each([
  ['date=2026-11-22 devname="FW 1" level="notice"', { date: '2026-11-22', devname: 'FW 1', level: 'notice' }],
  [
    'id=tos time="2026-11-22 03:00:00" msg="a \\"b\\" \\\\ c"',
    { id: 'tos', time: '2026-11-22 03:00:00', msg: 'a "b" \\ c' },
  ],
  ['a=1,b=2, c=3; d=4;', { a: '1', b: '2', c: '3', d: '4' }],
  ['ports=1,2,3 x=', { ports: '1,2,3', x: '' }],
  ["msg='it is' rest", { msg: 'it is' }],
  ['msg="never ends', { msg: 'never ends' }],
  ['a=b=c', { a: 'b=c' }],
  ['= == =x 1=2 a-b.c_9=ok', { 'a-b.c_9': 'ok' }],
  ['text before user=admin(x) after', { user: 'admin(x)' }],
  ['a=1 a=2', { a: '1' }],
])('reads %s', (text, values) => {
  expect(Object.fromEntries(keyValuesOf(text))).toEqual(values)
})

it('reads back what was written', () => {
  const key = fc.stringMatching(/^[a-z_][a-z0-9_]{0,9}$/)
  const pairs = fc.uniqueArray(fc.tuple(key, fc.string({ maxLength: 20 })), { selector: ([k]) => k, maxLength: 20 })
  fc.assert(
    fc.property(pairs, (all) => {
      const text = all.map(([k, v]) => `${k}="${v.replace(/[\\"]/g, '\\$&')}"`).join(' ')
      expect([...keyValuesOf(text)]).toEqual(all)
    }),
  )
})

it.each(['=', 'a=', 'a="', 'aaaa', '"\\', 'a=b '])('64 KB of %j cost one reading', (piece) => {
  const text = piece.repeat(65_536 / piece.length)
  let pairs = 0
  eachKeyValue(text, 0, () => ++pairs > 0)
  expect(pairs).toBeLessThanOrEqual(256)
})
