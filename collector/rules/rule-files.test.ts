import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { globTest } from './glob.ts'
import { joinRules, readRuleFile } from './rule-files.ts'
import { readRuleFolder } from './rule-folder.ts'
import { template } from './template.ts'

const good = (id: string) => `  - id: ${id}
    title: A rule
    condition: { type: threshold, metric: cpu.load, above: 90 }
    severity: minor
    alarmType: cpu.high
    text: high
`

describe('rule files', () => {
  it('name the line of each mistake and keep the good rules', () => {
    const text = `rules:\n${good('one')}  - id: two\n    title: A\n    condition: { type: threshold, metric: m }\n    severity: catastrophic\n    alarmType: x.y\n    text: t\n    colour: red\n${good('three')}`
    const file = readRuleFile('a.yaml', text, 'file')
    expect(file.rules.map((r) => [r.rule.id, r.origin])).toEqual([
      ['one', { kind: 'file', file: 'a.yaml', line: 2 }],
      ['three', { kind: 'file', file: 'a.yaml', line: 15 }],
    ])
    expect(file.problems.map((p) => [p.line, p.path])).toEqual(
      expect.arrayContaining([
        [10, 'rules.1.condition'],
        [11, 'rules.1.severity'],
      ]),
    )
    expect(file.problems.map((p) => p.message).join()).toMatch(/either above or below/)
    expect(file.problems.map((p) => p.message).join()).toMatch(/colour/)
  })

  it('refuse a regular expression that is not of RE2, and limits on the wrong side', () => {
    const rule = (condition: string) =>
      `rules:\n  - id: a\n    title: t\n    severity: minor\n    alarmType: x.y\n    text: t\n    condition: ${condition}\n`
    const problems = (condition: string) =>
      readRuleFile('a', rule(condition), 'file')
        .problems.map((p) => p.message)
        .join()
    expect(problems(`{ type: event-match, match: { kind: log, pattern: "(a" } }`)).toMatch(/RE2/)
    expect(problems('{ type: threshold, metric: m, above: 5, clear: 6 }')).toMatch(/good side/)
    expect(problems('{ type: guess, metric: m }')).not.toBe('')
  })

  it('never throw, and a bad file does not stop the others', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'))
    writeFileSync(join(folder, 'a.yaml'), 'rules: [unclosed')
    writeFileSync(join(folder, 'b.yaml'), `rules:\n${good('one')}`)
    writeFileSync(join(folder, 'c.yaml'), `rules:\n${good('one')}`)
    const read = readRuleFolder(folder, 'file')
    expect(read.rules.map((r) => r.rule.id)).toEqual(['one'])
    expect(read.problems.map((p) => p.message).join()).toMatch(/used twice/)
    expect(read.problems.some((p) => p.file.endsWith('a.yaml') && p.line === 1)).toBe(true)
    expect(readRuleFolder(join(folder, 'nothing'), 'file')).toEqual({ rules: [], problems: [] })
    fc.assert(
      fc.property(fc.string(), (text) => void readRuleFile('f', text, 'file')),
      { numRuns: 300 },
    )
    fc.assert(
      fc.property(fc.json(), (text) => void readRuleFile('f', `rules: [${text}]`, 'file')),
      { numRuns: 300 },
    )
  })

  it('let the installation replace a shipped rule', () => {
    const [a, b] = ['stock', 'file'].map((kind) => readRuleFile(kind, `rules:\n${good('one')}`, kind as 'stock').rules)
    expect(joinRules([a ?? [], b ?? []]).rules).toMatchObject([{ origin: { kind: 'file' } }])
  })
})

describe('globs', () => {
  it('agree with the obvious regular expression', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 8 })
    fc.assert(
      fc.property(letters, letters, (pattern, text) => {
        const slow = new RegExp(`^${pattern.replaceAll('.', '\\.').replace(/\*+/g, '.*')}$`)
        expect(globTest([pattern])(text)).toBe(slow.test(text))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('templates', () => {
  it('replace names, clean what devices wrote, and never replace twice', () => {
    const text = template('{{ device }}: {{message}} {{missing}}')
    const values: Record<string, string> = { device: '{{message}}', message: 'a\u0000b\n\u202ec' }
    expect(text((name) => values[name])).toBe('{{message}}: a b  c ')
    expect(template('{{a}}')(() => 'x'.repeat(10_000)).length).toBe(200)
  })
})
