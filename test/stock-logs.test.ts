// Every shipped log definition on lines written for it in the vendor's own form: read by the agent's parser, judged by all
// shipped rules together. One line is one alarm, raised or ended; lines that look alike do nothing.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { decodeLog, logLine } from '#agent/inputs/syslog/log-line.ts'
import { parseSyslog } from '#agent/inputs/syslog/parse-syslog.ts'
import { createSiteClock } from '#agent/inputs/syslog/site-clock.ts'
import { readStockLogs } from '#collector/definitions/log-definitions.ts'
import type { ReceivedEvent } from '#collector/ingest/evaluation.ts'
import { joinRules } from '#collector/rules/rule-files.ts'
import { readStockRules } from '#collector/rules/rule-folder.ts'
import { createRules } from '#collector/rules/rules.ts'
import { LogEvent } from '#shared/domain/device-event.ts'

interface Identity {
  readonly alarmType: string
  readonly resource: string
  readonly qualifier: string
}

interface Case {
  readonly line: string
  readonly definition?: string
  readonly raises?: Identity
  readonly clears?: Identity
  /** It is an alarm when it comes for the nth time. */
  readonly times?: number
  readonly nothing?: true
}

const FOLDER = join(import.meta.dirname, 'fixtures/logs')
const stock = readStockLogs()
const receivedAt = Date.parse('2026-11-22T03:00:05+08:00')
const clock = createSiteClock('Asia/Shanghai')
const rules = engine()

describe('shipped log definitions', () => {
  it('are all right, and each id is one rule', () => {
    const all = [...stock.values()]
    expect(all.flatMap((file) => file.problems)).toEqual([])
    expect(joinRules([all.flatMap((file) => file.rules)]).problems).toEqual([])
    expect(all.flatMap((file) => file.definitions).length).toBeGreaterThan(200)
  })

  it.each(readdirSync(FOLDER))('%s', (name) => {
    const cases = casesOf(name)
    for (const c of cases) {
      for (let n = 1; n < (c.times ?? 1); n++) expect(judge(c.line), c.line).toEqual([])
      const signals = judge(c.line).filter((s) => !(c.nothing && s.rule === 'log-critical'))
      if (c.nothing) expect(signals, c.line).toEqual([])
      else {
        const { raises, clears } = c
        const wanted = { kind: raises ? 'raise' : 'clear', ...(raises ?? clears) }
        if (raises) expect(signals.map(identityOf), c.line).toEqual([wanted])
        // a board that is normal ends both that it was removed and that it had failed
        else expect(signals.map(identityOf), c.line).toContainEqual(wanted)
        expect(new Set(signals.map((s) => s.kind)), c.line).toEqual(new Set([wanted.kind]))
        expect(signals[0]?.text, c.line).not.toMatch(/\{\{|：$|: $|undefined/)
      }
    }
  })

  it.each([...stock.keys()])('%s: every definition has a line', (name) => {
    const tried = new Set(casesOf(name).map((c) => c.definition))
    const definitions = stock.get(name)?.definitions ?? []
    expect(definitions.map((d) => d.name).filter((d) => !tried.has(d))).toEqual([])
  })

  it('a critical line that no definition knows is still an alarm, one that is known only its own', () => {
    const unknown = judge('<185>date=2026-11-22 time=03:00:00 devname="F" logid="0100099999" level="alert" msg="x"')
    expect(unknown.map((s) => s.rule)).toEqual(['log-critical'])
    // Ruijie parts the kind of a port from its number
    const ruijie = judge(
      '<187>*Nov 22 03:00:00: RG %LINK-3-UPDOWN: Interface GigabitEthernet 0/1, changed state to up.',
    )
    expect(ruijie.map(identityOf)).toEqual([
      { kind: 'clear', alarmType: 'link.down', resource: 'if:GigabitEthernet 0/1', qualifier: '' },
    ])
    const shut = judge('<189>9: sw1: %LINK-5-CHANGED: Interface Gi0/1, changed state to administratively down')
    expect(shut.map(identityOf)).toMatchObject([{ kind: 'clear', resource: 'if:Gi0/1' }])
    const known = judge('<184>81: sw1: Nov 22 03:00:00: %LINK-0-UPDOWN: Interface Gi0/1, changed state to down')
    expect(known.map((s) => s.rule)).toEqual(['link-down-log'])
  })
})

describe('lines as bad as they come', () => {
  const head = Buffer.from('<187>Nov 22 03:00:00 web-1 sshd[1]: ')
  const login = Buffer.from('Failed password for root from 203.0.113.9 port 4022 ssh2')

  it.each([
    ['GB 18030 in the text', Buffer.from('bacbd0c4bdbbbbbbbbfa', 'hex')],
    ['NUL and colours', Buffer.from('\u0000\u001b[31m \u001b[0m\u0000')],
    ['no valid UTF-8 and no GB 18030', Buffer.from('fffe80c3', 'hex')],
    ['8 KB of it', Buffer.from(' x'.repeat(4096))],
  ])('%s: what is behind or before it is found', (name, dirt) => {
    const line = Buffer.concat([head, login, Buffer.from(' '), dirt])
    for (let n = 1; n < 3; n++) expect(judge(line, `s.${name}`)).toEqual([])
    const started = performance.now()
    const [signal] = judge(line, `s.${name}`)
    expect(performance.now() - started).toBeLessThan(100)
    expect(signal).toMatchObject({
      alarmType: 'security.login-failed',
      text: expect.stringContaining('root 203.0.113.9'),
    })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be left
    expect(signal?.text).not.toMatch(/[\u0000-\u001f]/)
  })
})

function casesOf(name: string): readonly Case[] {
  return (parse(readFileSync(join(FOLDER, name), 'utf8')) as { cases: Case[] }).cases
}

function engine() {
  const defined = joinRules([readStockRules().rules, [...stock.values()].flatMap((file) => file.rules)]).rules
  const engine = createRules({ places: { device: () => undefined, customerOf: () => 'acme' }, language: 'en' })
  engine.restore({ rules: defined, states: [], series: [] })
  return engine
}

function judge(line: string | Buffer, device = `s.${createHash('md5').update(line).digest('hex')}`) {
  const { text, plain } = decodeLog(typeof line === 'string' ? Buffer.from(line) : line)
  const fields = parseSyslog(text, receivedAt, clock)
  const event = LogEvent.parse(JSON.parse(logLine(receivedAt, '"device":"d","source":"x",', 'udp', fields, plain)))
  const received: ReceivedEvent = {
    ...{ id: 1, agent: 'agent-shanghai', site: 's', customer: 'acme', device, epoch: 'e', seq: 1 },
    ...{ at: receivedAt, receivedAt, event },
  }
  return rules.evaluate({ now: receivedAt, newSeries: [], events: [received], samples: [], watermarks: [] }).signals
}

function identityOf(signal: ReturnType<typeof judge>[number]) {
  const { kind, alarmType, resource, qualifier } = signal
  return { kind, alarmType, resource, qualifier }
}
