import { expect, it } from 'vitest'
import { exportAudit, MAX_EXPORTED } from './audit-export.ts'

const entry = (id: number) => ({ id, at: 0, actor: 'ann', action: 'a', subject: 's', detail: { x: id }, hash: 'h' })

it('reads every page, also those that hold nothing', async () => {
  const pages = [[entry(3), entry(2)], [], [entry(1)]]
  const seen: number[] = []
  const read = async (_: object, __: number, cursor: string | null) => {
    const n = Number(cursor ?? 0)
    return { items: pages[n] ?? [], nextCursor: n < 2 ? String(n + 1) : null }
  }
  const { rows, isCut } = await exportAudit({}, ['id'], (n) => seen.push(n), new AbortController().signal, read)
  expect(rows.map(([id]) => id)).toEqual(['id', '3', '2', '1'])
  expect(rows[1]).toEqual(['3', '1970-01-01T00:00:00.000Z', 'ann', 'a', 's', '{"x":3}', 'h'])
  expect([seen, isCut]).toEqual([[2, 2, 3], false])
})

it('ends at a limit and says so', async () => {
  const items = Array.from({ length: 1000 }, (_, i) => entry(i))
  const { rows, isCut } = await exportAudit(
    {},
    [],
    () => {},
    new AbortController().signal,
    async () => ({
      ...{ items, nextCursor: 'more' },
    }),
  )
  expect(rows.length - 1).toBeGreaterThanOrEqual(MAX_EXPORTED)
  expect(rows.length - 1).toBeLessThanOrEqual(MAX_EXPORTED + 1000)
  expect(isCut).toBe(true)
})
