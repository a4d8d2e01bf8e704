// The flood: counts by an independent ledger, time from a quiet device's trap to its incident and message, memory watched.
import { existsSync, readFileSync } from 'node:fs'
import type { AlarmRow } from '#shared/http/alarms.ts'
import { until } from '../../support/until.ts'
import { type Flooder, floodLogs, floodTraps, foundOf, linkDown, sumOf } from './ledger.ts'
import type { Stage } from './stage.ts'

interface FloodOptions {
  readonly probes: number
  readonly everyMs: number
  readonly perSecond: number
  progress(message: string): void
}

/** Time the flood runs before the first probe: the burst that any source may send is used up by then. */
const WARM_MS = 3000

export async function flood(stage: Stage, { probes, everyMs, perSecond, progress }: FloodOptions) {
  const { site, installation, quiet } = stage
  const { trapPort, syslogUdpPort } = installation.ports
  const memory = watchMemory({ agent: installation.agent.pid(), collector: installation.collector.pid() })
  const before = memory.now()
  const flooders = {
    'hq.flooding': floodTraps(site.device('flooding').address, trapPort, perSecond),
    'hq.chatting': floodLogs(site.device('chatting').address, syslogUdpPort, perSecond),
  }
  const incidentMs: number[] = []
  const messageMs: number[] = []
  const began = performance.now()
  await wait(WARM_MS)
  for (const id of quiet.slice(0, probes)) {
    const device = site.device(id)
    const port = device.ports[2]
    if (port) port.operUp = false
    const sent = performance.now()
    await device.sendRaw({ host: '127.0.0.1', port: trapPort }, linkDown(3))
    const seen = await until(() => stage.incidents.get(`hq.${id}`), {
      ...{ timeoutMs: 20_000, everyMs: 2, what: `an incident of ${id}` },
    })
    incidentMs.push(seen - sent)
    const told = await until(() => stage.messages.get(device.name), {
      ...{ timeoutMs: 20_000, everyMs: 5, what: `a message about ${id}` },
    })
    messageMs.push(told - sent)
    progress(`${id}: incident after ${Math.round(seen - sent)} ms, message after ${Math.round(told - sent)} ms`)
    await wait(Math.max(0, everyMs - (performance.now() - sent)))
  }
  for (const flooder of Object.values(flooders)) await flooder.stop()
  // what was folded last is told at the end of its second
  await wait(1500)
  const seconds = (performance.now() - began) / 1000
  await installation.drained(60_000)
  const peaks = memory.stop()
  const counts = await judgeCounts(stage, flooders, progress)
  const health = (await installation.agentHealth()) as { inputs?: { dropped?: Record<string, number> }[] }
  const dropped = (health.inputs ?? []).reduce((n, input) => n + sumOf(new Map(Object.entries(input.dropped ?? {}))), 0)
  progress(`resident MB before ${JSON.stringify(before)}, at most ${JSON.stringify(peaks)}`)
  return {
    incidentMs,
    messageMs,
    floodSeconds: Math.round(seconds),
    agentMb: peaks.agent,
    collectorMb: peaks.collector,
    before,
    dropped,
    ...counts,
  }
}

async function judgeCounts({ installation }: Stage, flooders: Record<string, Flooder>, progress: (m: string) => void) {
  const wrongCounts: string[] = []
  const sources: Record<string, { sent: number; kept: number; folded: number }> = {}
  const stormAlarms: { device: string; said: number; folded: number; count: number }[] = []
  const alarms = await installation.api.all<AlarmRow>('/api/v1/alarms?all=true')
  for (const [device, { sent }] of Object.entries(flooders)) {
    const { kept, folded, storms } = await foundOf(installation.api, device)
    for (const kind of new Set([...sent.keys(), ...kept.keys(), ...folded.keys()])) {
      const [s, k, f] = [sent.get(kind) ?? 0, kept.get(kind) ?? 0, folded.get(kind) ?? 0]
      if (s !== k + f) wrongCounts.push(`${device} ${kind}: sent ${s}, recorded ${k}, counted ${f}`)
    }
    const total = { sent: sumOf(sent), kept: sumOf(kept), folded: sumOf(folded) }
    sources[device] = total
    for (const alarm of alarms.filter((a) => a.device === device && a.alarmType === 'device.message-storm')) {
      const said = Number(/[\d,]{3,}/.exec(alarm.text)?.[0]?.replaceAll(',', ''))
      stormAlarms.push({ device, said, folded: total.folded, count: alarm.count })
    }
    progress(`${device}: sent ${total.sent}, recorded ${total.kept}, counted ${total.folded} in ${storms} storms`)
  }
  const open = alarms.filter((a) => a.device === 'hq.flooding' && !a.isCleared).length
  return { wrongCounts, sources, stormAlarms, openAlarmsOfFlooder: open }
}

/** Resident memory of processes in MB, four times a second. */
function watchMemory<K extends string>(pids: Readonly<Record<K, number>>) {
  const peaks = new Map<K, number>()
  const read = (): Record<K, number> => {
    const now = {} as Record<K, number>
    for (const [name, pid] of Object.entries(pids) as [K, number][]) {
      // a process that is gone fails the proof elsewhere
      const status = existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : ''
      const kilobytes = /VmRSS:\s+(\d+) kB/.exec(status)?.[1]
      now[name] = Math.round(Number(kilobytes) / 1024)
      peaks.set(name, Math.max(peaks.get(name) ?? 0, now[name]))
    }
    return now
  }
  const timer = setInterval(read, 250)
  return {
    now: read,
    stop(): Record<K, number> {
      clearInterval(timer)
      read()
      return Object.fromEntries(peaks) as Record<K, number>
    },
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
