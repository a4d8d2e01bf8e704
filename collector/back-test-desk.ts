// Back-tests beside the judgement: started by people, kept with the rule, asked for before a rule may page. Wiring.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { shadowQualifier } from '#shared/domain/alarm.ts'
import type { BackTest } from '#shared/http/back-tests.ts'
import type { BackTestBook } from './api/deps.ts'
import type { Judgement } from './evaluation.ts'
import type { Turns } from './ingest/evaluation.ts'
import { createBackTests } from './replay/back-tests.ts'
import { Rule } from './rules/rule.ts'
import { testedVersionOf, versionOf } from './rules/rule-version.ts'
import { type ChangeSet, type ChangeWriter, emptyChangeSet } from './storage/change-set.ts'
import type { BackTestStore } from './storage/sqlite/back-test-store.ts'

export interface BackTestDesk {
  readonly book: BackTestBook
  /** Keeps what was done, in the transaction of its turn. */
  readonly writer: ChangeWriter
  /** Whether this very rule has been tested. */
  isTested(rule: Rule): boolean
  stop(): Promise<void>
}

export interface BackTestDeskParts {
  readonly store: BackTestStore
  /** Database file. */
  readonly file: string
  readonly rawDays: number
  readonly language: 'zh-CN' | 'en'
  readonly judgement: () => Pick<Judgement, 'rules'>
  readonly turns: () => Turns<ChangeSet>
  readonly now: () => number
  readonly log: Logger
}

export function createBackTestDesk(parts: BackTestDeskParts): BackTestDesk {
  const { store, file, rawDays, language, now, log } = parts
  const writes = new WeakMap<ChangeSet, BackTest>()
  const tests = createBackTests({ entry: entry(), file, rawDays, language, now, log, done: keep, newId })

  async function keep(test: BackTest): Promise<void> {
    await parts.turns().run((at) => {
      const changes = emptyChangeSet()
      const { alarms, perDay } = test.result?.candidate ?? { alarms: 0, perDay: 0 }
      const detail = { version: test.ruleVersion, from: test.from, to: test.to, alarms, perDay }
      changes.audit.push({ at, actor: test.askedBy, action: 'rule.back-test', subject: `rule:${test.rule}`, detail })
      writes.set(changes, test)
      return { changes, value: undefined }
    })
  }

  return {
    isTested: (rule) => store.versionTested(rule.id) === testedVersionOf(rule),
    writer: {
      write(changes) {
        const test = writes.get(changes)
        if (test) store.put(test)
      },
    },
    stop: () => tests.stop(),
    book: {
      async start({ rule: raw, id, from, to }, actor) {
        const held = (one: string) => parts.judgement().rules.get(one)?.rule
        const known = id === undefined ? undefined : held(id)
        if (id !== undefined && !known) return { ok: false, code: 'not-found', message: 'there is no such rule' }
        const parsed = known ? { success: true as const, data: known } : Rule.safeParse(raw)
        if (!parsed.success) {
          const details = parsed.error.issues.map((i) => ({ path: `rule.${i.path.join('.')}`, message: i.message }))
          return { ok: false, code: 'bad-request', message: 'the rule is not right', details }
        }
        const rule = { ...parsed.data, shadow: false }
        const current = held(rule.id)
        const other = current?.enabled && versionOf({ ...current, shadow: false }) !== versionOf(rule) ? current : null
        const test = tests.start({ rule, current: other, from, to: Math.min(to, now()), actor })
        if (!test) return { ok: false, code: 'conflict', message: 'too many back-tests wait; cancel one, or come back' }
        return { ok: true, test }
      },
      get: (id) => tests.get(id),
      list: () => tests.list(),
      cancel: (id) =>
        tests.cancel(id)
          ? { ok: true }
          : {
              ok: false,
              code: tests.get(id) ? 'conflict' : 'not-found',
              message: 'there is no such back-test running',
            },
      last(rule) {
        const test = store.last(rule)
        const current = parts.judgement().rules.get(rule)?.rule
        const version = current && testedVersionOf(current)
        return test && { ...test, stale: version !== test.ruleVersion }
      },
      shadow(rule, query) {
        if (!parts.judgement().rules.get(rule)) return undefined
        return store.shadow(rule, shadowQualifier(rule, ''), query)
      },
    },
  }
}

const newId = () => crypto.randomUUID()

/** What a thread is started from: the source beside this file, or the program it was built into. */
function entry(): string {
  const source = join(import.meta.dirname, 'main.ts')
  return existsSync(source) ? source : (process.argv[1] as string)
}
