import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { LogEvent } from '#shared/domain/device-event.ts'
import type { ReceivedEvent } from '../ingest/evaluation.ts'
import { createRules } from '../rules/rules.ts'
import { createLogDefinitions } from './log-definitions.ts'
import { readLogFile } from './log-file.ts'

const alarm = `
    x-outrider:
      title: { zh-CN: 泵, en: Pump }
      alarm:
        type: raise
        alarmType: pump.failed
        severity: major
        resource: "pump:{{pump}}"
        text: "pump {{pump}} of {{field.plant}} has failed"`
const clear = `
    x-outrider: { alarm: { type: clear, alarmType: pump.failed } }`
const file = (logs: string, head = '') => readLogFile('logs.d/acme.yaml', `${head}vendor: Acme\nlogs:\n${logs}`)

describe('a log definition', () => {
  const good = file(
    `  - name: pump-failed
    app: pumpd
    without: [test mode]
    pattern: "%{PUMP:pump} failed"${alarm}
  - name: pump-ok
    any:
      - { mnemonic: "PUMP/*/OK", pattern: "%{PUMP:pump} runs" }
      - { fields: { state: [ok, fine], kind: "pump*" }, pattern: "unit=%{PUMP:pump}" }${clear}`,
    'patterns: { PUMP: "P-%{INT}" }\n',
  )
  const engine = createRules({ places: { device: () => undefined, customerOf: () => '' }, language: 'en' })
  engine.restore({ rules: good.rules, states: [], series: [] })

  const judge = (message: string, more: Partial<LogEvent> = {}) => {
    const event = { kind: 'log', at: 0, device: 'd', source: 'x', transport: 'udp', format: 'raw', message } as const
    const received = { at: 0, agent: 'a', site: 's', device: 's.d', event: { ...event, ...more } } as ReceivedEvent
    const group = { now: 0, newSeries: [], events: [received], samples: [], watermarks: [] }
    return engine.evaluate(group).signals.map((s) => `${s.kind} ${s.resource} ${s.text}`)
  }

  it('raises by program and pattern, with fields of the line in its text', () => {
    expect(good.problems).toEqual([])
    const said = judge('pumpd[1]: P-7 failed plant="north hall"', { app: 'pumpd' })
    expect(said).toEqual(['raise pump:P-7 pump P-7 of north hall has failed'])
    expect(judge('P-7 failed', { app: 'other' })).toEqual([])
    expect(judge('P-7 failed (test mode)', { app: 'pumpd' })).toEqual([])
    expect(judge('x-7 failed', { app: 'pumpd' })).toEqual([])
  })

  it('clears by any of its forms', () => {
    expect(judge('%%01PUMP/5/OK: P-7 runs', { mnemonic: 'PUMP/5/OK' })[0]).toMatch(/^clear pump:P-7/)
    expect(judge('unit=P-8 state="fine" kind=pump-large')[0]).toMatch(/^clear pump:P-8/)
    expect(judge('unit=P-8 state=bad kind=pump')).toEqual([])
    expect(judge('unit=P-8 state=ok')).toEqual([])
  })
})

it('a severity may be left to the line, which has it by RFC 5674', () => {
  const alarm = '{ type: event, alarmType: a.b, severity: by-log, text: t }'
  const { rules, problems } = file(`  - { name: a, app: x, x-outrider: { alarm: ${alarm} } }`)
  expect(problems).toEqual([])
  const engine = createRules({ places: { device: () => undefined, customerOf: () => '' }, language: 'en' })
  engine.restore({ rules, states: [], series: [] })
  const of = (severity?: number) => {
    const more = severity === undefined ? {} : { severity }
    const event = {
      kind: 'log',
      at: 0,
      device: 'd',
      source: 'x',
      transport: 'udp',
      format: 'raw',
      message: 'm',
    } as const
    const received = { at: 0, agent: 'a', site: 's', device: 's.d', event: { ...event, app: 'x', ...more } }
    const events = [received as ReceivedEvent]
    return engine.evaluate({ now: 0, newSeries: [], events, samples: [], watermarks: [] }).signals[0]?.severity
  }
  expect([0, 1, 2, 3, 4, 5, 7, undefined].map(of)).toEqual([
    ...['critical', 'critical', 'major', 'minor', 'warning'],
    ...['warning', 'warning', 'warning'],
  ])
})

describe('what is wrong is said with its line, and costs itself', () => {
  it.each([
    ['  - { name: a, pattern: "%{INTERFAC:x}", X }', 3, 'there is no pattern INTERFAC; did you mean INTERFACE?'],
    ['  - { name: a, pattern: "(?=x)y", X }', 3, 'lookahead (?=...) is not there'],
    ['  - { name: a, pattern: "(", X }', 3, 'not a regular expression of RE2 syntax'],
    ['  - { name: a, mnemonik: [A-1-B], X }', 3, 'Unrecognized key: "mnemonik"'],
    ['  - { name: a, X }', 3, 'say how the line is found'],
    ['  - { name: a, app: x, any: [{ app: y }], X }', 3, 'either by keys of its own or by any'],
    ['  - { name: a, without: x, X }', 3, 'say how the line is found'],
    ['  - { app: x, X }', 3, 'Invalid input'],
  ])('%s', (line, at, message) => {
    const block =
      'x-outrider: { alarm: { type: raise, alarmType: a.b, severity: minor, text: t, resource: "{{part}}" } }'
    const { rules, problems } = file(`${line.replace('X', block)}\n  - { name: good, app: y, ${block} }`)
    expect(problems.map((p) => p.message).join('\n')).toContain(message)
    expect(problems[0]).toMatchObject({ file: 'logs.d/acme.yaml', line: at })
    expect(rules.map((r) => r.rule.id)).toEqual(['log-acme-good'])
  })

  it('a pattern of the file that leads back to itself is said where it stands', () => {
    const { problems } = file('  []', 'patterns:\n  OK: x\n  A: "%{B}"\n  B: "%{A}"\n')
    expect(problems.map((p) => [p.path, p.message])).toEqual([
      ['patterns.A', 'pattern A leads back to itself: A > B > A'],
      ['patterns.B', 'pattern B leads back to itself: B > A > B'],
    ])
  })

  it.each(['', 'logs: 1', 'x', 'logs: [1, null, []]', 'a: &a [*a]', '\u0000', 'logs: [{'])('%j', (text) => {
    expect(readLogFile('x.yaml', text)).toMatchObject({ rules: [] })
    expect(readLogFile('x.yaml', text).problems.length).toBeGreaterThan(0)
  })

  it('a huge file is refused, a large one is read', () => {
    expect(readLogFile('x.yaml', ' '.repeat(2_000_001)).problems[0]?.message).toMatch(/larger than/)
    const block = 'x-outrider: { alarm: { type: event, alarmType: a.b, severity: minor, text: t } }'
    const many = Array.from({ length: 2000 }, (_, i) => `  - { name: n${i}, mnemonic: "M-1-N${i}", ${block} }`)
    expect(file(many.join('\n')).rules).toHaveLength(2000)
    expect(file([...many, many[0]].join('\n')).rules).toEqual([])
  })

  it('never throws, whatever a file says', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.array(fc.string(), { maxLength: 3 }))
    const spec = fc.dictionary(
      fc.constantFrom('name', 'mnemonic', 'app', 'fields', 'contains', 'pattern', 'any', 'x-outrider', 'other'),
      fc.oneof(value, fc.dictionary(fc.constantFrom('alarm', 'title', 'type'), value)),
    )
    fc.assert(
      fc.property(fc.array(spec, { maxLength: 4 }), (logs) => {
        expect(() => readLogFile('x.yaml', JSON.stringify({ logs }))).not.toThrow()
      }),
    )
  })
})

describe('the folder', () => {
  const dir = mkdtempSync(join(tmpdir(), 'outrider-logs-'))
  afterEach(() => rmSync(dir, { recursive: true, force: true }))

  it('adds files, replaces shipped ones of the same name, and keeps what was right of one that went bad', () => {
    mkdirSync(dir, { recursive: true })
    const block = 'x-outrider: { alarm: { type: event, alarmType: a.b, severity: minor, text: t } }'
    const definitions = createLogDefinitions(dir)
    const ids = () => definitions.rules().map((r) => r.rule.id)
    const before = ids().length
    expect(definitions.refresh()).toBe(false)
    writeFileSync(join(dir, 'acme.yaml'), `logs:\n  - { name: one, app: x, ${block} }\n`)
    expect(definitions.refresh()).toBe(true)
    expect(ids()).toHaveLength(before + 1)
    writeFileSync(join(dir, 'acme.yaml'), `logs:\n  - { name: two, app: [x, y], pattern: "(", ${block} }\n`)
    expect(definitions.refresh()).toBe(true)
    expect(ids()).toContain('log-acme-one')
    expect(definitions.problems()).toMatchObject([{ file: 'logs.d/acme.yaml', line: 2 }])
    writeFileSync(join(dir, 'linux.yaml'), `logs:\n  - { name: mine, app: x, ${block} }\n`)
    definitions.refresh()
    expect(ids().filter((id) => id.startsWith('log-linux-'))).toEqual(['log-linux-mine'])
    rmSync(join(dir, 'linux.yaml'))
    rmSync(join(dir, 'acme.yaml'))
    definitions.refresh()
    expect([ids().length, definitions.problems()]).toEqual([before, []])
  })
})
