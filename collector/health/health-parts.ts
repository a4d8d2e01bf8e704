// Health, part by part: a state, a figure and what to do. Pure: facts in, parts out.
import type { HealthPart, HealthState } from '#shared/http/health.ts'
import type { HealthFacts } from './health-facts.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const MIB = 2 ** 20
const GIB = 2 ** 30

/** Parts without their trends, in the order they are shown. */
export function healthParts(f: HealthFacts): readonly Omit<HealthPart, 'trend'>[] {
  return [...processParts(f), ...storageParts(f), ...intakeParts(f), ...outParts(f), ...trustParts(f)]
}

type Part = Omit<HealthPart, 'trend'>
/** The worst that is true decides; nothing true: ok. */
type Judgement = readonly (readonly [wrong: boolean, state: Exclude<HealthState, 'ok'>, advice: string])[]

function part(
  [group, id]: readonly [HealthPart['group'], string],
  [value, unit]: readonly [number | null, string],
  facts: HealthPart['facts'] = {},
  judged: Judgement = [],
): Part {
  const wrong = judged.filter(([is]) => is)
  const [, state = 'ok', advice = null] = wrong.find(([, one]) => one === 'bad') ?? wrong[0] ?? []
  return { ...{ id, group, state, value, unit, advice, facts } }
}

function processParts(f: HealthFacts): Part[] {
  const used = f.memory.usedBytes / f.memory.limitBytes
  const clock = clockOf(f.clockOffsets)
  return [
    part(['process', 'program'], [f.at - f.startedAt, 'for'], { version: f.version }, [
      [f.reasons.includes('starting'), 'warning', 'starting'],
    ]),
    part(['process', 'loop'], [f.loopLagMs, 'ms'], {}, [
      [f.loopLagMs > 1000, 'bad', 'loop-busy'],
      [f.loopLagMs > 200, 'warning', 'loop-busy'],
    ]),
    part(['process', 'memory'], [f.memory.usedBytes, 'By'], { limit: f.memory.limitBytes }, [
      [used > 0.9, 'bad', 'memory-short'],
      [used > 0.75, 'warning', 'memory-short'],
    ]),
    part(['process', 'clock'], [clock.medianMs, 'ms'], clock.facts, [
      [clock.isOurs && Math.abs(clock.medianMs ?? 0) > MINUTE, 'bad', 'clock-own'],
      [clock.isOurs && Math.abs(clock.medianMs ?? 0) > 5000, 'warning', 'clock-own'],
      [Math.abs(clock.worstMs) > MINUTE, 'warning', 'clock-agent'],
    ]),
  ]
}

function storageParts(f: HealthFacts): Part[] {
  const { disk, backup, retention } = f
  const share = disk ? disk.freeBytes / disk.totalBytes : 1
  const free = disk?.freeBytes ?? Number.POSITIVE_INFINITY
  return [
    part(['storage', 'disk'], [disk?.freeBytes ?? null, 'By'], disk ? { total: disk.totalBytes } : {}, [
      [free < 0.5 * GIB || (share < 0.02 && free < 20 * GIB), 'bad', 'disk-full'],
      [free < 2 * GIB || (share < 0.1 && free < 50 * GIB), 'warning', 'disk-low'],
    ]),
    part(['storage', 'database'], [f.database.bytes, 'By'], { wal: f.database.walBytes }, [
      [f.database.walBytes > GIB, 'warning', 'wal-large'],
      [2 * f.database.bytes > free, 'warning', 'no-room-to-upgrade'],
    ]),
    part(
      ['storage', 'writer'],
      [f.commits.p95Ms, 'ms'],
      { longest: f.commits.maxMs, longestTurn: f.commits.longestTurnMs },
      [
        [f.reasons.includes('storage'), 'bad', 'cannot-store'],
        [f.commits.p95Ms > 2000, 'bad', 'writer-slow'],
        [f.commits.p95Ms > 250, 'warning', 'writer-slow'],
      ],
    ),
    part(['storage', 'samples'], [f.samples.journalBytes, 'By'], { memory: f.samples.headBytes }, [
      [f.samples.journalBytes > 512 * MIB, 'warning', 'samples-wait'],
    ]),
    part(['storage', 'retention'], [null, ''], {
      ...{ rawDays: retention.rawDays, hourDays: retention.hourDays, eventDays: retention.eventDays },
    }),
    part(['storage', 'backup'], [backup?.at ?? null, 'at'], backup ? { bytes: backup.bytes } : {}, [
      [backup === null && f.at - f.startedAt > DAY, 'warning', 'backup-none'],
      [backup !== null && f.at - backup.at > 8 * DAY, 'warning', 'backup-old'],
    ]),
  ]
}

function intakeParts(f: HealthFacts): Part[] {
  const { online, unknown, never } = f.agents
  const dropped = Object.values(f.dropped).reduce((sum, n) => sum + n, 0)
  return [
    part(['intake', 'broker'], [null, ''], {}, [[f.reasons.includes('broker'), 'bad', 'broker-gone']]),
    part(['intake', 'agents'], [online, '1'], { unknown, never }, [
      [unknown > 0 && online === 0, 'bad', 'agents-all-silent'],
      [unknown > 0, 'warning', 'agents-silent'],
    ]),
    part(['intake', 'rate'], [f.recordsPerSecond, '/s']),
    part(['intake', 'backlog'], [f.backlog, '1'], {}, [[f.backlog > 10_000, 'warning', 'backlog']]),
    part(['intake', 'waiting'], [f.waitingBytes, 'By'], {}, [[f.waitingBytes > 32 * MIB, 'warning', 'intake-behind']]),
    part(['intake', 'dropped'], [dropped, '1'], { ...f.dropped }, [[dropped > 0, 'warning', 'dropped']]),
    part(['intake', 'lost'], [f.lostAtAgents, '1'], {}, [[f.lostAtAgents > 0, 'warning', 'lost-at-agents']]),
    part(
      ['intake', 'quarantine'],
      [f.quarantine.rows, '1'],
      { bytes: f.quarantine.bytes, recent: f.quarantine.recent },
      [[f.quarantine.recent > 0, 'warning', 'quarantine']],
    ),
  ]
}

function outParts(f: HealthFacts): Part[] {
  const { queued, failed } = f.notifications
  const since = Math.min(...f.failing.map((one) => one.since))
  const { influx } = f
  return [
    part(
      ['out', 'notifications'],
      [queued, '1'],
      { failed, ...(f.failing.length > 0 ? { channels: f.failing.map((one) => one.channel).join(', '), since } : {}) },
      [
        [f.failing.length > 0 && f.at - since > 15 * MINUTE, 'bad', 'channel-failing'],
        [f.failing.length > 0, 'warning', 'channel-failing'],
        [failed > 0, 'warning', 'messages-failed'],
        [queued > 1000, 'warning', 'messages-wait'],
      ],
    ),
    part(['out', 'commands'], [f.commandsPending, '1'], {}, [[f.commandsPending > 200, 'warning', 'commands-wait']]),
    part(['out', 'consoles'], [f.consoles, '1']),
    ...(influx
      ? [
          part(['out', 'influx'], [influx.lagMs, 'for'], { waiting: influx.waiting }, [
            [!influx.isUp, 'bad', 'influx-gone'],
            [influx.lagMs > 10 * MINUTE, 'warning', 'influx-behind'],
          ]),
        ]
      : []),
  ]
}

function trustParts(f: HealthFacts): Part[] {
  const first = f.certificates.toSorted((a, b) => a.notAfter - b.notAfter)[0]
  const left = (first?.notAfter ?? Number.POSITIVE_INFINITY) - f.at
  return [
    part(['trust', 'certificates'], [first?.notAfter ?? null, 'at'], first ? { of: first.of } : {}, [
      [left <= 2 * DAY, 'bad', left <= 0 ? 'certificate-ended' : 'certificate-ends'],
      [left <= 14 * DAY, 'warning', 'certificate-ends'],
    ]),
    part(['trust', 'authority'], [null, ''], {}, [[f.reasons.includes('authority'), 'bad', 'authority']]),
    part(['trust', 'rules'], [null, ''], {}, [[f.reasons.includes('rules'), 'warning', 'rule-files']]),
  ]
}

/** When most agents agree that we are off, it is we who are. */
function clockOf(offsets: HealthFacts['clockOffsets']) {
  const sorted = offsets.map((one) => one.ms).toSorted((a, b) => a - b)
  const medianMs = sorted.length === 0 ? null : (sorted[Math.floor((sorted.length - 1) / 2)] ?? null)
  const [worst] = offsets.toSorted((a, b) => Math.abs(b.ms) - Math.abs(a.ms))
  return {
    medianMs,
    worstMs: worst?.ms ?? 0,
    isOurs:
      sorted.length >= 3 && sorted.filter((ms) => Math.abs(ms - (medianMs ?? 0)) < 2000).length * 2 > sorted.length,
    facts: worst ? { agents: sorted.length, worst: worst.agent, worstMs: worst.ms } : {},
  }
}
