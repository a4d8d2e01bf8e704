// All rules that hold: shipped, from files, from the database; later ones replace earlier ones of the same id, and overrides
// stand beside them. Changes of the database are written in the same transaction as what they change; changed files are taken
// up while it runs. No file is ever written.
import { join, relative } from 'node:path'
import type { Logger } from 'pino'
import type { RuleEvaluation as EvaluationRow, RulePreview, RuleProblem, RuleRow } from '#shared/http/rules.ts'
import type { Outcome } from './api/deps.ts'
import { createLogDefinitions } from './definitions/log-definitions.ts'
import type { Judgement } from './evaluation.ts'
import type { Turns } from './ingest/evaluation.ts'
import { type Change, type Database, databaseRules, problemsOfOverrides, withChange } from './rule-changes.ts'
import { withOverrides } from './rules/added-overrides.ts'
import type { FileProblem } from './rules/located-yaml.ts'
import { runPreview } from './rules/preview-run.ts'
import { type DefinedRule, Rule } from './rules/rule.ts'
import { joinRules } from './rules/rule-files.ts'
import { readStockRules } from './rules/rule-folder.ts'
import { isChangeable, placeOf, rowOf } from './rules/rule-rows.ts'
import { testedVersionOf, versionOf } from './rules/rule-version.ts'
import { watchFolder } from './rules/watched-folder.ts'
import { ruleAsWritten } from './rules/written-rule.ts'
import { type ChangeSet, type ChangeWriter, emptyChangeSet } from './storage/change-set.ts'
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
  /** What a rule would be about, and would say now. Keeps nothing and gives way to others while it looks. */
  preview(rule: Record<string, unknown>): Promise<RulePreview>
  /** `id`: of the rule to change; undefined: a new one. */
  save(
    rule: Record<string, unknown>,
    enabled: boolean,
    id: string | undefined,
    actor: string,
    wish?: SaveWish,
  ): Promise<Outcome<{ readonly id: string }>>
  /** All overrides of the database for one rule, of whatever origin that is. */
  saveOverrides(id: string, overrides: readonly unknown[], version: string, actor: string): Promise<Outcome>
  remove(id: string, actor: string, version?: string): Promise<Outcome>
  /** Once, when judgement and turns are there. */
  connect(judgement: Judgement, turns: Turns<ChangeSet>): void
}

export interface SaveWish {
  /** Version that was changed; `*`: whatever it is. A rule of the database is not changed without. */
  readonly version?: string | undefined
  /** Stand in the place of a shipped rule or of one of a file. */
  readonly replace?: boolean
  /** Why it may page though no back-test has tried it. */
  readonly untested?: string | undefined
}

/** Rules that are made of something else, as of definitions of traps and logs. */
export interface RuleSource {
  rules(): readonly DefinedRule[]
  problems(): readonly FileProblem[]
  /** Takes up files that have changed; true when there were any. */
  refresh(): boolean
}

type Refused = Extract<Outcome, { readonly ok: false }>

export function createRuleBook(deps: {
  readonly store: RuleStore
  readonly dir: string
  /** Folder of the installation's data; definitions of logs are in `logs.d/` there. */
  readonly data?: string
  /** Rules of files and of the database may replace theirs. */
  readonly made?: readonly RuleSource[]
  /** Whether a back-test has tried this very rule; without it none has to be. */
  readonly isTested?: (rule: Rule) => boolean
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
  const writes = new WeakMap<ChangeSet, Change>()

  const joined = ({ rules, overrides }: Database) => {
    const all = joinRules([stock.rules, ...made.map((source) => source.rules()), folder.current().rules, rules]).rules
    return withOverrides(all, [...(folder.current().overrides ?? []), ...overrides])
  }
  const known = (id: string) => judgement?.rules.get(id)
  const ownProblems = (): readonly FileProblem[] => [
    ...folder.current().problems,
    ...joined(databaseRules(store, log)).problems,
  ]
  const sayProblems = (): void => {
    for (const problem of [...stock.problems, ...ownProblems(), ...made.flatMap((m) => m.problems())])
      log.error({ ...problem }, 'a rule is left out, or its last good version holds')
  }
  for (const source of made) source.refresh()
  sayProblems()

  /** Checked in the turn, so that of two changes of one version the second is refused. */
  const change = async (
    wanted: Change,
    actor: string,
    check: () => Refused | undefined,
  ): Promise<Refused | undefined> =>
    await turns?.run((now) => {
      const refused = check()
      if (refused) return { changes: emptyChangeSet(), value: refused }
      const all = joined(withChange(databaseRules(store, log), wanted)).rules
      const { changes } = (judgement as Judgement).replaceRules(all, actor, now)
      const { id, action } = wanted
      const because = wanted.untested === undefined ? {} : { untested: wanted.untested }
      const detail = wanted.rule
        ? { rule: wanted.rule, ...because }
        : wanted.overrides
          ? { overrides: wanted.overrides }
          : {}
      changes.audit.push({ at: now, actor, action, subject: `rule:${id}`, detail: detail as Record<string, unknown> })
      writes.set(changes, wanted)
      return { changes, value: undefined }
    })

  return {
    write(changes, now) {
      const saved = writes.get(changes)
      if (saved?.overrides) store.saveOverrides(saved.id, saved.overrides, now)
      else if (saved)
        store.saveRule(saved.id, saved.rule && ruleAsWritten(saved.rule), saved.rule?.enabled ?? false, now)
    },
    read: () => joined(databaseRules(store, log)).rules,
    async list() {
      const times = new Map(store.rules().map(({ id, updatedAt }) => [id, updatedAt]))
      return (judgement?.rules.list() ?? []).map((defined) => {
        const { id } = defined.rule
        const updatedAt = defined.origin.kind === 'database' ? (times.get(id) ?? null) : null
        return rowOf(defined, { dir: deps.dir, updatedAt, failing: judgement?.rules.failing?.(id) ?? 0 })
      })
    },
    problems: () => [
      ...ownProblems().map(({ file, ...rest }) => ({ ...rest, file: file === '' ? '' : relative(deps.dir, file) })),
      ...made.flatMap((source) => source.problems()),
    ],
    async refresh() {
      if (![folder, ...made].map((source) => source.refresh()).includes(true)) return
      sayProblems()
      await turns?.run((now) => {
        const all = joined(databaseRules(store, log)).rules
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
    preview: (raw) => runPreview(raw, (rule) => (judgement as Judgement).rules.preview(rule)),
    async save(raw, enabled, id, actor, { version, replace = false, untested } = {}) {
      const parsed = Rule.safeParse({ ...raw, enabled })
      if (!parsed.success) {
        const details = parsed.error.issues.map((i) => ({ path: `rule.${i.path.join('.')}`, message: i.message }))
        return { ok: false, code: 'bad-request', message: 'the rule is not right', details }
      }
      const rule = parsed.data
      if (id !== undefined && rule.id !== id)
        return { ok: false, code: 'bad-request', message: 'the id of a rule stays' }
      const mayPage = rule.enabled && !rule.shadow
      const tested =
        !mayPage || deps.isTested === undefined || deps.isTested(rule) || isTold(known(rule.id)?.rule, rule)
      if (!tested && untested === undefined) return notTested
      const wanted = { action: 'rule.save' as const, id: rule.id, rule, untested: tested ? undefined : untested }
      const check = (): Refused | undefined => {
        const before = known(rule.id)
        if (before === undefined) return id === undefined ? undefined : noSuchRule
        if (before.origin.kind === 'database') {
          if (id === undefined) return conflict(`there is a rule ${rule.id}`)
          if (version === undefined) return conflict('say which version of the rule was changed')
        } else if (!replace && !(id !== undefined && isChangeable(before.origin)))
          return conflict(`rule ${rule.id} is defined in ${placeOf(before.origin, deps.dir)}`)
        return isOther(before, version) ? changedSince(before) : undefined
      }
      return (await change(wanted, actor, check)) ?? { ok: true, id: rule.id }
    },
    async saveOverrides(id, overrides, version, actor) {
      const before = known(id)
      if (before === undefined) return noSuchRule
      const details = problemsOfOverrides(before.rule, overrides)
      if (details.length > 0) return { ok: false, code: 'bad-request', message: 'the overrides are not right', details }
      const check = (): Refused | undefined => {
        const now = known(id)
        return now === undefined ? noSuchRule : isOther(now, version) ? changedSince(now) : undefined
      }
      return (await change({ action: 'rule.override', id, overrides }, actor, check)) ?? { ok: true }
    },
    async remove(id, actor, version) {
      const check = (): Refused | undefined => {
        const before = known(id)
        if (before === undefined) return noSuchRule
        if (before.origin.kind !== 'database')
          return conflict(`rule ${id} is defined in ${placeOf(before.origin, deps.dir)}`)
        return isOther(before, version) ? changedSince(before) : undefined
      }
      return (await change({ action: 'rule.delete', id, rule: null }, actor, check)) ?? { ok: true }
    },
    connect(theJudgement, theTurns) {
      judgement = theJudgement
      turns = theTurns
    },
  }
}

const conflict = (message: string): Refused => ({ ok: false, code: 'conflict', message })

const noSuchRule: Refused = { ok: false, code: 'not-found', message: 'there is no such rule' }

const notTested: Refused = {
  ...{ ok: false, code: 'bad-request', message: 'no back-test has tried this rule: it may not page yet' },
  details: [{ path: 'untested', message: 'run a back-test, let it run in shadow, or say why it may page without' }],
}

/** It is told already, just as it is. */
const isTold = (before: Rule | undefined, rule: Rule): boolean =>
  before?.enabled === true && !before.shadow && testedVersionOf(before) === testedVersionOf(rule)

const isOther = ({ rule }: DefinedRule, version: string | undefined): boolean =>
  version !== undefined && version !== '*' && version !== versionOf(rule)

const changedSince = ({ rule }: DefinedRule): Refused =>
  conflict(`somebody else has changed rule ${rule.id}: it is at version ${versionOf(rule)} now`)
