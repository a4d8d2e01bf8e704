// Diagnostics and their results: evidence rows are the outbox of commands while they are pending.
import type { Evidence } from '#shared/domain/incident.ts'
import type { CommandOutbox, PendingCommand } from '../../diagnostics/command-outbox.ts'
import type { DiagnosticRequest } from '../../diagnostics/request.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

/** Writes requests and final states of a change set; a final state is never overwritten. */
export function createEvidenceStore(db: Database): ChangeWriter & CommandOutbox {
  const insert = db.prepare(
    `insert into evidence (command, incident, device, agent, action, state, requested_at, expires, doc)
     values (?, ?, ?, ?, ?, 'pending', ?, ?, ?) on conflict (command) do nothing`,
  )
  const one = db.prepare("select doc from evidence where command = ? and state = 'pending'")
  const finish = db.prepare("update evidence set state = ?, doc = ? where command = ? and state = 'pending'")
  const pending = db.prepare("select * from evidence where state = 'pending' order by requested_at, command")
  const assign = db.prepare(
    'update evidence set command_seq = ?, sent_at = ?, doc = ? where command = ? and command_seq is null',
  )
  const readSeq = db.prepare('select value from setting where name = ?')
  const saveSeq = db.prepare(
    'insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
  )
  return {
    write(changes) {
      for (const r of changes.diagnostics)
        insert.run(
          r.id,
          r.incident,
          r.device,
          r.agent,
          r.action,
          r.requestedAt,
          r.expires,
          JSON.stringify(evidenceOf(r)),
        )
      for (const result of changes.diagnosticResults) {
        const row = one.get(result.command) as { doc: string } | undefined
        if (!row) continue
        const { state, at: endedAt, error } = result
        const doc = { ...(JSON.parse(row.doc) as Evidence), state, endedAt, result: result.result ?? null, error }
        finish.run(state, JSON.stringify(doc), result.command)
      }
    },
    pending: async () => pending.all().map(pendingOf),
    async assign(id, agent, nonce, at) {
      return db.transaction(() => {
        const row = one.get(id) as { doc: string } | undefined
        if (!row) throw new Error('the command is no longer pending')
        const seq = nextSeq(agent, at)
        assign.run(seq, at, JSON.stringify({ ...JSON.parse(row.doc), nonce }), id)
        return { seq }
      })
    },
    number: async (agent, at) => db.transaction(() => ({ seq: nextSeq(agent, at) })),
  }

  function nextSeq(agent: string, at: number): number {
    const name = `command-seq:${agent}`
    const last = Number((readSeq.get(name) as { value: string } | undefined)?.value ?? 0)
    // never below the clock in seconds: a restored backup does not reuse numbers the agent has seen
    const seq = Math.max(last + 1, Math.floor(at / 1000))
    saveSeq.run(name, String(seq))
    return seq
  }
}

function evidenceOf(r: DiagnosticRequest): Evidence {
  return {
    id: r.id,
    incident: r.incident,
    device: r.device,
    action: r.action,
    command: r.id,
    state: 'pending',
    requestedBy: r.requestedBy,
    requestedAt: r.requestedAt,
    endedAt: null,
    arguments: r.arguments,
    ...(r.title === undefined ? {} : { title: r.title }),
    result: null,
    error: null,
  }
}

function pendingOf(row: Record<string, unknown>): PendingCommand {
  const doc = JSON.parse(row.doc as string) as Evidence & { nonce?: string }
  return {
    id: row.command as string,
    agent: row.agent as string,
    device: row.device as string,
    action: row.action as string,
    arguments: doc.arguments,
    incident: row.incident as string | null,
    requestedBy: doc.requestedBy,
    requestedAt: row.requested_at as number,
    expires: row.expires as number,
    seq: row.command_seq as number | null,
    nonce: doc.nonce ?? null,
    sentAt: row.sent_at as number | null,
  }
}
