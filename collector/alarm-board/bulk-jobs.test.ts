import { describe, expect, it } from 'vitest'
import { createBulkJobs } from './bulk-jobs.ts'

const WISH = { action: 'acknowledge', note: 'n' } as const

function start(refuses: (id: string) => boolean = () => false) {
  const parts: { ids: readonly string[]; go(): void; fail(): void }[] = []
  let ids = 0
  const failures: unknown[] = []
  const jobs = createBulkJobs({
    act: (_, part) =>
      new Promise((resolve, reject) => {
        const results = part.map((id) => ({ id, ok: !refuses(id), problem: refuses(id) ? 'no' : null }))
        parts.push({ ids: part, go: () => resolve(results), fail: () => reject(new Error('full')) })
      }),
    textOf: (id) => `text of ${id}`,
    newId: () => `j${ids++}`,
    onFailure: (error) => failures.push(error),
  })
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  return { jobs, parts, failures, turn }
}
const many = (n: number) => Array.from({ length: n }, (_, i) => `a${i}`)

describe('actions on many alarms', () => {
  it('go part by part, tell how far they are, and list what was refused', async () => {
    const { jobs, parts, turn } = start((id) => id.endsWith('7'))
    const ids = many(1240)
    const job = jobs.start('ann', WISH, ids)
    expect(job).toMatchObject({ total: 1240, done: 0, state: 'running', action: 'acknowledge' })
    expect(job).not.toHaveProperty('user')
    parts[0]?.go()
    await turn()
    expect(jobs.get('j0', 'ann')).toMatchObject({ done: 225, refusedCount: 25, state: 'running' })
    for (let i = 1; i < 5; i++) {
      parts[i]?.go()
      await turn()
    }
    expect(parts.flatMap((part) => part.ids)).toEqual(ids)
    const end = jobs.get('j0', 'ann')
    expect(end).toMatchObject({ done: 1116, refusedCount: 124, state: 'done' })
    expect(end?.refused).toHaveLength(100)
    expect(end?.refused[0]).toEqual({ id: 'a7', text: 'text of a7', problem: 'no' })
  })

  it("are one at a time for each user, and nobody else's business", async () => {
    const { jobs, parts, turn } = start()
    jobs.start('ann', WISH, many(10))
    expect(jobs.start('ann', WISH, many(10))).toBeUndefined()
    expect(jobs.start('bob', WISH, many(10))?.id).toBe('j1')
    expect(jobs.get('j0', 'bob')).toBeUndefined()
    parts[0]?.go()
    await turn()
    expect(jobs.start('ann', WISH, many(10))?.id).toBe('j2')
  })

  it('say that they stopped when nothing can be stored, and end with the part under way when the collector stops', async () => {
    const { jobs, parts, failures, turn } = start()
    jobs.start('ann', WISH, many(600))
    parts[0]?.go()
    await turn()
    parts[1]?.fail()
    await turn()
    expect(jobs.get('j0', 'ann')).toMatchObject({ done: 250, state: 'failed' })
    jobs.start('bob', WISH, many(600))
    const stopped = jobs.stop()
    parts[2]?.go()
    await stopped
    expect(jobs.get('j1', 'bob')).toMatchObject({ done: 250, state: 'failed' })
    expect([failures.length, parts.length]).toEqual([2, 3])
  })
})
