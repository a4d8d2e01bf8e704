import type { BoardRow } from '#shared/http/alarm-board.ts'

/** Whether two rows of one alarm say the same in everything. */
export function isSameRow(a: BoardRow, b: BoardRow): boolean {
  const [left, right] = [a, b] as unknown as readonly [Record<string, unknown>, Record<string, unknown>]
  for (const key of Object.keys({ ...left, ...right })) {
    const [one, other] = [left[key], right[key]]
    if (one !== other && !(isObject(one) && isObject(other) && JSON.stringify(one) === JSON.stringify(other)))
      return false
  }
  return true
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null
