// The database: its schema, whether this program fits it, whether it is whole.
import type { CollectorCheck } from '../doctor.ts'

/** Larger files are checked with --full only. */
const QUICK_BELOW_BYTES = 512 * 2 ** 20

export const databaseCheck: CollectorCheck = {
  name: 'database',
  async run({ inspectDatabase, full, config, machine }) {
    const facts = inspectDatabase({ quickCheckBelowBytes: full ? Number.POSITIVE_INFINITY : QUICK_BELOW_BYTES })
    if (facts === null) return [{ id: 'database-none', params: { dir: config.dataDir } }]
    if ('problem' in facts) return [{ id: 'database-unreadable', params: { problem: facts.problem } }]
    const params = { schema: facts.schema, known: facts.known, size: Math.ceil(facts.bytes / 2 ** 20) }
    if (facts.newer) return [{ id: 'database-newer', params }]
    if (facts.damage !== null) return [{ id: 'database-damaged', params: { problem: facts.damage } }]
    if (facts.missing > 0) {
      const needed = Math.ceil(facts.upgradeBytes / 2 ** 20)
      const free = Math.floor(machine.disk(config.dataDir).freeBytes / 2 ** 20)
      return [
        { id: free < needed ? 'database-no-room-to-upgrade' : 'database-older', params: { ...params, needed, free } },
      ]
    }
    return [{ id: facts.checked ? 'database-good' : 'database-not-checked', params }]
  },
}
