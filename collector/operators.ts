// What people ask for through the API: each is one turn, one transaction with its audit entry. Wiring, no judgement.

import { isDiagnosticName } from '#shared/diagnostics/registry.ts'
import type { AccessCommit } from './access/access-store.ts'
import type { Actions, Outcome } from './api/deps.ts'
import type { Diagnostics } from './diagnostics/diagnostics.ts'
import type { Judgement } from './evaluation.ts'
import { isRefusal, type Refusal } from './incidents/people-actions.ts'
import type { Turns } from './ingest/evaluation.ts'
import type { RuleBook } from './rule-book.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'

export function createOperators(deps: {
  readonly turns: Turns<ChangeSet>
  readonly judgement: Judgement
  readonly diagnostics: Diagnostics
  readonly ruleBook: RuleBook
}): Actions {
  const { turns, judgement, diagnostics, ruleBook } = deps
  return {
    async alarmAction(action, ids, { actor, note, until, owner, severity }) {
      const { done, refused } = await turns.run((at) =>
        action === 'clear'
          ? judgement.clearAlarms(ids, { actor, at }, note)
          : judgement.onAlarms(ids, {
              ...{ action, actor, at, note },
              ...(until === undefined ? {} : { until }),
              ...(owner == null ? {} : { owner }),
              ...(severity == null ? {} : { severity }),
            }),
      )
      const problems = new Map(refused.map((r) => [r.id, r.reason]))
      const ok = new Set(done)
      return ids.map((id) => ({ id, ok: ok.has(id), problem: problems.get(id) ?? null }))
    },
    addNote: async (id, actor, text) => outcomeOf(await turns.run((now) => judgement.note(id, actor, text, now))),
    assign: async (id, actor, assignee, from) =>
      outcomeOf(await turns.run((now) => judgement.assign(id, actor, assignee, now, from))),
    changeState: async (id, actor, state, note, detail) =>
      outcomeOf(await turns.run((now) => judgement.setState(id, actor, state, note, now, detail))),
    async requestDiagnostic({ actor, action, device, incident, arguments: args }) {
      if (!isDiagnosticName(action))
        return {
          ok: false,
          code: 'bad-request',
          message: 'there is no such action',
          details: [{ path: 'action', message: 'unknown' }],
        }
      const agent = judgement.inventory.device(device)?.agent
      const busy = agent === undefined ? undefined : diagnostics.refusal(agent)
      if (busy !== undefined) return { ok: false, code: 'conflict', message: busy }
      const ask = { action, device, incident, arguments: args }
      return outcomeOf(await turns.run((now) => judgement.requestDiagnostic(ask, actor, now)))
    },
    saveRule: ruleBook.save,
    saveOverrides: ruleBook.saveOverrides,
    deleteRule: ruleBook.remove,
    async audit(actor, action, subject, detail = {}) {
      await turns.run((at) => {
        const changes = emptyChangeSet()
        changes.audit.push({ at, actor, action, subject, detail })
        return { changes, value: undefined }
      })
    },
  }
}

/** Changes of accounts, sessions and tokens, each in a turn with its audit entry. */
export const accessCommit =
  (turns: Turns<ChangeSet>): AccessCommit =>
  (writes, entry) =>
    turns.run((at) => ({
      changes: { ...emptyChangeSet(), access: [...writes], audit: [{ at, ...entry }] },
      value: undefined,
    }))

function outcomeOf<T extends object>(value: T | Refusal): Outcome<T> {
  if (!isRefusal(value)) return { ...value, ok: true }
  const code = { 'not-found': 'not-found', 'not-allowed': 'conflict', invalid: 'bad-request' } as const
  return { ok: false, code: code[value.code], message: value.refused }
}
