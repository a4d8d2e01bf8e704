// All rules that hold: shipped, from files, from the database; later ones replace earlier ones of the same id. Changes of
// database rules are written in the same transaction as what they change; changed files are taken up while it runs.
import { join, relative } from 'node:path'
import type { Logger } from 'pino'
import type { RuleEvaluation as EvaluationRow, RuleProblem, RuleRow } from '#shared/http/rules.ts'
import type { Outcome } from './api/deps.ts'
import { createLogDefinitions } from './definitions/log-definitions.ts'
import type { Judgement } from './evaluation.ts'
import type { Turns } from './ingest/evaluation.ts'
import type { FileProblem } from './rules/located-yaml.ts'
import { type DefinedRule, Rule } from './rules/rule.ts'
import { joinRules } from './rules/rule-files.ts'
import { readStockRules } from './rules/rule-folder.ts'
import { versionOf } from './rules/rule-version.ts'
import { watchFolder } from './rules/watched-folder.ts'
import { ruleAsWritten } from './rules/written-rule.ts'
import type { ChangeSet, ChangeWriter } from './storage/change-set.ts'
import type { RuleStore } from './storage/sqlite/rule-state-store.ts'

export interface RuleBook extends ChangeWriter {
  /** Every rule that holds. */
  read(): readonly DefinedRule[]
  list(): Promise<RuleRow[]>
  /** What is wrong in files now; of a file that went bad its last good version holds. */
  problems(): readonly RuleProblem[]
  /** Takes up files that have changed; every few seconds. */
  refresh(): Promise<void>
  evaluations(id: string): Promise<EvaluationRow[] | undefined>
  save(
    rule: Record<string, unknown>,
    enabled: boolean,
    id: string | undefined,
    actor: string,
  ): Promise<Outcome<{ readonly id: string }>>
  remove(id: string, actor: string): Promise<Outcome>
  /** Once, when judgement and turns are there. */
  connect(judgement: Judgement, turns: Turns<ChangeSet>): void
}

/** Rules that are made of something else, as of definitions of traps and logs. */
export interface RuleSource {
  rules(): readonly DefinedRule[]
  problems(): readonly FileProblem[]
  /** Takes up files that have changed; true when there were any. */
  refresh(): boolean
}

export function createRuleBook(deps: {
  readonly store: RuleStore
  readonly dir: string
  /** Folder of the installation's data; definitions of logs are in `logs.d/` there. */
  readonly data?: string
  /** Rules of files and of the database may replace theirs. */
  readonly made?: readonly RuleSource[]
  readonly log: Logger
}): RuleBook {
  const { store, log } = deps
  const logs = deps.data === undefined ? [] : [createLogDefinitions(join(deps.data, 'logs.d'))]
  const made: readonly RuleSource[] = [...logs, ...(deps.made ?? [])]
  const stock = readStockRules()
  const folder = watchFolder(deps.dir)
  let judgement: Judgement | undefined
  let turns: Turns<ChangeSet> | undefined
  /** What a change set saves or deletes; of one that is never committed nothing stays. */
  const writes = new WeakMap<ChangeSet, { readonly id: string; readonly rule: Rule | null }>()

  const fromDatabase = (): DefinedRule[] =>
    store.rules().flatMap(({ id, doc }) => {
      const parsed = Rule.safeParse(doc)
      if (!parsed.success) log.error({ rule: id }, 'a rule in the database cannot be read by this version')
      return parsed.success ? [{ rule: parsed.data, origin: { kind: 'database' as const } }] : []
    })
  const joined = (database: readonly DefinedRule[]): readonly DefinedRule[] =>
    joinRules([stock.rules, ...made.map((source) => source.rules()), folder.current().rules, database]).rules
  const sayProblems = (): void => {
    for (const problem of [...stock.problems, ...folder.current().problems, ...made.flatMap((m) => m.problems())])
      log.error({ ...problem }, 'a rule is left out, or its last good version holds')
  }
  for (const source of made) source.refresh()
  sayProblems()
  const change = async (id: string, rule: Rule | null, actor: string): Promise<void> => {
    await turns?.run((now) => {
      // read in the turn: another change may have waited before this one
      const others = fromDatabase().filter((d) => d.rule.id !== id)
      const all = joined(rule ? [...others, { rule, origin: { kind: 'database' } }] : others)
      const done = (judgement as Judgement).replaceRules(all, actor, now)
      const detail = rule ? { rule: rule as unknown as Record<string, unknown> } : {}
      done.changes.audit.push({
        at: now,
        actor,
        action: rule ? 'rule.save' : 'rule.delete',
        subject: `rule:${id}`,
        detail,
      })
      writes.set(done.changes, { id, rule })
      return done
    })
  }

  return {
    write(changes, now) {
      const saved = writes.get(changes)
      if (saved) store.saveRule(saved.id, saved.rule && ruleAsWritten(saved.rule), saved.rule?.enabled ?? false, now)
    },
    read: () => joined(fromDatabase()),
    list: async () => (judgement?.rules.list() ?? []).map((d) => rowOf(d, deps.dir)),
    problems: () => [
      ...folder.current().problems.map(({ file, ...rest }) => ({ ...rest, file: relative(deps.dir, file) })),
      ...made.flatMap((source) => source.problems()),
    ],
    async refresh() {
      if (![folder, ...made].map((source) => source.refresh()).includes(true)) return
      sayProblems()
      await turns?.run((now) => {
        const all = joined(fromDatabase())
        log.info({ rules: all.length }, 'rule files have changed')
        return (judgement as Judgement).replaceRules(all, 'rule files', now)
      })
    },
    async evaluations(id) {
      if (!judgement?.rules.get(id)) return undefined
      return judgement.rules.evaluations(id).map(({ at, site, device, resource, answer, gate, inputs }) => ({
        at,
        subject: [device ?? site, resource].filter((part) => part !== '').join(' '),
        answer,
        gate,
        inputs,
      }))
    },
    async save(raw, enabled, id, actor) {
      const parsed = Rule.safeParse({ ...raw, enabled })
      if (!parsed.success) {
        const details = parsed.error.issues.map((i) => ({ path: `rule.${i.path.join('.')}`, message: i.message }))
        return { ok: false, code: 'bad-request', message: 'the rule is not right', details }
      }
      const rule = parsed.data
      if (id !== undefined && rule.id !== id)
        return { ok: false, code: 'bad-request', message: 'the id of a rule stays' }
      const known = judgement?.rules.get(rule.id)
      // one that is made of a definition may be changed or switched off here; removing that brings it back
      if (known && !isChangeable(known.origin))
        return { ok: false, code: 'conflict', message: `rule ${rule.id} is defined in ${placeOf(known, deps.dir)}` }
      if (id === undefined && known) return { ok: false, code: 'conflict', message: `there is a rule ${rule.id}` }
      if (id !== undefined && !known) return { ok: false, code: 'not-found', message: 'there is no such rule' }
      await change(rule.id, rule, actor)
      return { ok: true, id: rule.id }
    },
    async remove(id, actor) {
      const known = judgement?.rules.get(id)
      if (!known) return { ok: false, code: 'not-found', message: 'there is no such rule' }
      if (known.origin.kind !== 'database')
        return { ok: false, code: 'conflict', message: `rule ${id} is defined in ${placeOf(known, deps.dir)}` }
      await change(id, null, actor)
      return { ok: true }
    },
    connect(theJudgement, theTurns) {
      judgement = theJudgement
      turns = theTurns
    },
  }
}

function rowOf(defined: DefinedRule, dir: string): RuleRow {
  const { rule, origin } = defined
  return {
    id: rule.id,
    origin: origin.kind === 'stock' ? 'built-in' : origin.kind,
    file: origin.kind === 'database' ? null : placeOf(defined, dir),
    enabled: rule.enabled,
    mode: rule.enabled ? (rule.shadow ? 'shadow' : 'live') : 'off',
    readOnly: !isChangeable(origin),
    updatedAt: null,
    version: versionOf(rule),
    replaces: null,
    overrides: [],
    failing: 0,
    rule: ruleAsWritten(rule),
  }
}

const isChangeable = ({ kind }: DefinedRule['origin']): boolean => kind === 'database' || kind === 'definition'

/** File and line, without the installation's own folders. */
function placeOf({ origin }: DefinedRule, dir: string): string {
  if (origin.kind === 'database') return 'the database'
  if (origin.kind === 'definition') return `${origin.file}:${origin.line}`
  const file = origin.kind === 'file' ? relative(dir, origin.file) : `stock/${origin.file.split('/').at(-1)}`
  return `${file}:${origin.line}`
}
