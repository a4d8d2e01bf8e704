import { expect, it } from 'vitest'
import type { BoardRow } from '#shared/http/alarm-board.ts'
import { wayBack } from './alarm-actions.ts'
import { alarm } from './sample-alarm.test-data.ts'

const row = (more: object = {}) => ({ ...alarm('a'), operatorState: 'none', ...more }) as unknown as BoardRow

it('takes back what was done to alarms nobody had touched', () => {
  expect(wayBack('acknowledge', [row(), row()])).toBe('unacknowledge')
  expect(wayBack('shelve', [row()])).toBe('unshelve')
})

it('is not offered where it would take back what others did, or nothing is known, or there is no way', () => {
  expect(wayBack('acknowledge', [row(), row({ operatorState: 'ack' })])).toBeUndefined()
  expect(wayBack('acknowledge', [row({ owner: 'wei' })])).toBeUndefined()
  expect(wayBack('acknowledge', [undefined])).toBeUndefined()
  expect(wayBack('close', [row()])).toBeUndefined()
})
