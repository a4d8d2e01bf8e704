// The outbox: readable by this version, what waits in it, what had to be dropped.
import type { Finding } from '#shared/doctor/doctor.ts'
import type { AgentCheck } from '../doctor.ts'
import type { MessageId } from '../words.ts'

const MANY_WAITING = 100_000

export const outboxCheck: AgentCheck = {
  name: 'outbox',
  async run({ inspectOutbox, running, config }) {
    const facts = inspectOutbox()
    if (facts === null) return [{ id: 'outbox-none', params: { dir: config.dataDir } }]
    if ('problem' in facts) return [{ id: 'outbox-unreadable', params: { problem: facts.problem } }]
    if (facts.newer) return [{ id: 'outbox-newer', params: { schema: facts.schema, known: facts.known } }]
    const found: Finding<MessageId>[] = []
    const waiting = Object.values(facts.waiting).reduce((sum, n) => sum + n, 0)
    found.push({
      id: waiting > MANY_WAITING ? 'outbox-behind' : 'outbox-good',
      params: { schema: facts.schema, waiting },
    })
    if (facts.damaged > 0)
      found.push({ id: 'outbox-damaged-kept', params: { files: facts.damaged, dir: config.dataDir } })
    if (running === undefined || running === 'silent') return found
    if (running.outbox.problem !== null)
      found.push({ id: 'outbox-problem', params: { problem: running.outbox.problem } })
    const dropped = Object.entries(running.dropped).filter(([, n]) => n > 0)
    if (dropped.length > 0)
      found.push({ id: 'outbox-dropped', params: { what: dropped.map(([k, n]) => `${k} ${n}`).join(', ') } })
    return found
  },
}
