import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import type { Judgement } from './evaluation.ts'
import type { Turns } from './ingest/evaluation.ts'
import { createRuleBook } from './rule-book.ts'
import type { DefinedRule } from './rules/rule.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'
import { createRuleStore } from './storage/sqlite/rule-state-store.ts'
import { openStores } from './storage/storage.ts'

const log = pino({ level: 'silent' })
const written = {
  ...{ id: 'hot', title: 'hot', severity: 'major', alarmType: 'env.temperature', text: 'hot' },
  condition: { type: 'threshold', metric: 'temperature', above: 40 },
}

it('a rule that no back-test has tried may be off or in shadow; it pages only with a reason, which is audited', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-untested-'))
  const stores = await openStores({ dir, log })
  const store = createRuleStore(stores.database)
  let hold: readonly DefinedRule[] = []
  let tested = false
  const audit: object[] = []
  const book = createRuleBook({ store, dir: join(dir, 'rules.d'), log, isTested: () => tested })
  const turns: Turns<ChangeSet> = {
    async run(work) {
      const { changes, value } = work(1000)
      stores.database.transaction(() => book.write(changes, 1000))
      audit.push(...changes.audit)
      return value
    },
  }
  const judgement = {
    rules: { get: (id: string) => hold.find((d) => d.rule.id === id), list: () => hold },
    replaceRules(rules: readonly DefinedRule[]) {
      hold = rules
      return { changes: emptyChangeSet(), value: { rules: rules.length } }
    },
  }
  book.connect(judgement as unknown as Judgement, turns)
  try {
    const create = (rule: object, enabled: boolean, untested?: string) =>
      book.save({ ...written, ...rule }, enabled, undefined, 'ann', { untested })
    const change = (rule: object, enabled: boolean, untested?: string) =>
      book.save({ ...written, ...rule }, enabled, 'hot', 'ann', { version: '*', untested })
    expect(await create({}, true)).toMatchObject({ ok: false, code: 'bad-request', details: [{ path: 'untested' }] })
    expect(await create({}, false)).toMatchObject({ ok: true })
    expect(await change({ shadow: true }, true)).toMatchObject({ ok: true })
    expect(await change({}, true)).toMatchObject({ ok: false })
    expect(audit).toHaveLength(2)
    expect(await change({}, true, 'the customer is on the phone')).toMatchObject({ ok: true })
    expect(audit.at(-1)).toMatchObject({ actor: 'ann', detail: { untested: 'the customer is on the phone' } })
    // as it is told already it may be saved again
    expect(await change({}, true)).toMatchObject({ ok: true })
    expect(await change({ for: '5m' }, true)).toMatchObject({ ok: false })
    tested = true
    expect(await change({ for: '5m' }, true, 'not needed')).toMatchObject({ ok: true })
    expect(audit.at(-1)).not.toHaveProperty('detail.untested')
  } finally {
    await stores.stop()
    rmSync(dir, { recursive: true, force: true })
  }
})
