// A site of made-up devices behind a real uplink: their inventory, their faults, and changes at a pace. Everything goes the
// way of every record: outbox, broker, ingest, rules, commit.
import type { SiteAgent } from '../../support/site-agent.ts'
import { until } from '../../support/until.ts'

export const SCALE_AGENT = 'agent-scale-0001'
const SEVERITIES = ['critical', 'major', 'minor', 'minor', 'warning'] as const
const MODELS = ['ACC-24', 'ACC-48', 'CORE-9', 'UPS-3K', 'PLC-7'] as const

/** Rules of a file: one for each severity; which part is at fault is in the line. */
export const SCALE_RULES = {
  rules: [...new Set<string>(SEVERITIES)].map((severity) => ({
    id: `scale-${severity}`,
    title: { en: `Part has failed (${severity})`, 'zh-CN': `Part has failed (${severity})` },
    condition: {
      type: 'event-match',
      match: { kind: 'log', pattern: `^FAILED ${severity} (?P<part>\\S+)` },
      clear: { kind: 'log', pattern: `^MENDED ${severity} (?P<part>\\S+)` },
    },
    ...{ severity, alarmType: `scale.${severity}`, resource: 'part:{{part}}', flapping: false },
    text: { en: 'Part {{part}} of {{device}} has failed', 'zh-CN': 'Part {{part}} of {{device}} has failed' },
    incident: { open: false },
  })),
}

export interface Fleet {
  /** Alarms that stand, by the fleet's own count. */
  standing(): number
  /** Resolves when everything put so far is committed at the collector. */
  told(): Promise<void>
  /** Ends one fault and begins another, `perSecond` changes in all, until stopped; answers how many it made. */
  churn(perSecond: number): { stop(): number }
}

/** Tells the inventory, then `alarms` faults spread over all devices. */
export async function putFleet(
  { outbox, delivered }: SiteAgent,
  { devices, alarms, random }: { devices: number; alarms: number; random(): number },
): Promise<Fleet> {
  const names = Array.from({ length: devices }, (_, i) => `dev-${String(i).padStart(4, '0')}`)
  const listed = names.map((device, i) => ({
    device,
    name: `Line ${1 + (i % 40)} unit ${i}`,
    address: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
    ...{ vendor: 'Acme', model: MODELS[i % MODELS.length] as string, interval: 60, parents: [] },
  }))
  for (let from = 0; from < devices; from += 500) {
    const part = listed.slice(from, from + 500)
    const after = from === 0 ? null : (listed[from - 1]?.device ?? null)
    const upTo = from + 500 >= devices ? null : (part.at(-1)?.device ?? null)
    outbox.event({
      kind: 'inventory',
      at: Date.now(),
      device: null,
      devices: part,
      complete: true,
      range: { after, upTo },
    })
  }
  const told = async () =>
    void (await until(delivered, { timeoutMs: 300_000, everyMs: 20, what: 'the fleet to be heard' }))
  await told()
  const say = (n: number, what: 'FAILED' | 'MENDED') => {
    const device = names[n % devices] as string
    const severity = SEVERITIES[(n % devices) % SEVERITIES.length] as string
    const line = { source: '10.0.0.1', transport: 'udp', format: 'raw', severity: 3 } as const
    const message = `${what} ${severity} p${Math.floor(n / devices)}`
    outbox.event({ kind: 'log', at: Date.now(), device, ...line, message })
  }
  // twice as many places as alarms: there is always one that fails next
  const places = alarms * 2
  const down: number[] = []
  const up = Array.from({ length: places }, (_, n) => n)
  const turn = (from: number[], to: number[], what: 'FAILED' | 'MENDED') => {
    const at = Math.floor(random() * from.length)
    const n = from[at] as number
    from[at] = from.at(-1) as number
    from.pop()
    to.push(n)
    say(n, what)
  }
  for (let i = 0; i < alarms; i++) {
    turn(up, down, 'FAILED')
    if (i % 2000 === 1999) await told()
  }
  await told()
  return {
    standing: () => down.length,
    told,
    churn(perSecond) {
      let made = 0
      const began = performance.now()
      const timer = setInterval(() => {
        const due = ((performance.now() - began) / 1000) * perSecond
        for (; made < due; made++) made % 2 === 0 ? turn(up, down, 'FAILED') : turn(down, up, 'MENDED')
      }, 50)
      return {
        stop() {
          clearInterval(timer)
          return made
        },
      }
    },
  }
}
