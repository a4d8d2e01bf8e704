// Plays a random site with its faults to the real judgement with the stock rules: every device is pinged and polled in its own
// time, in random order; a check is decided at its beginning and stamped at its end. Fake clock, no disk.
import type { IngestGroup, SeriesInfo } from '#collector/ingest/evaluation.ts'
import type { DefinedRule } from '#collector/rules/rule.ts'
import { AGENT, SITE, type Story, tell } from '../../support/judgement-story.ts'
import { activeAt, type Schedule } from './faults.ts'
import { type Truth, truthOf } from './oracle.ts'
import { between, knowledgeOf, type Plan, type Random } from './site-plan.ts'

/** Seconds. */
export const PING_EVERY = 30
export const POLL_EVERY = 60
const PING_FAILS_AFTER = 3
const POLL_FAILS_AFTER = 6
export const BOOTS = 60

export interface Day {
  readonly story: Story
  /** Ends of answered pings by device, seconds. */
  readonly answered: ReadonlyMap<string, readonly number[]>
  /** What was true at a second. */
  truthAt(second: number): Truth
  /** Milliseconds of the slowest turn and of all turns, and their number. */
  readonly turns: { readonly slowest: number; readonly total: number; readonly count: number }
}

export async function playDay(
  plan: Plan,
  schedule: Schedule,
  rules: readonly DefinedRule[],
  random: Random,
): Promise<Day> {
  const { devices, links } = knowledgeOf(plan, SITE)
  const isSwitch = (id: string) => plan.nodes.get(id.slice(SITE.length + 1))?.kind === 'switch'
  const story = await tell({
    rules,
    cause: { linksOf: () => links, forwards: (id) => (isSwitch(id) ? true : undefined) },
  })
  story.at(0)
  story.hello()
  story.event({ kind: 'inventory', at: 0, device: null, complete: true, devices })
  const series = new Map<string, SeriesInfo>()
  const seriesOf = (device: string, metric: string, resource: string, states: SeriesInfo['states']): SeriesInfo => {
    const key = `${device} ${metric} ${resource}`
    const known = series.get(key)
    if (known) return known
    const place = { id: series.size + 1, agent: AGENT, site: SITE, device: `${SITE}.${device}`, metric, resource }
    const info: SeriesInfo = { ...place, unit: '', kind: 'state', states, tags: undefined }
    series.set(key, info)
    return info
  }
  type Said = readonly [series: SeriesInfo, at: number, value: number]
  const waiting = new Map<number, Said[]>()
  const say = (end: number, one: Said) => {
    const at = Math.ceil(end)
    const list = waiting.get(at)
    if (list) list.push(one)
    else waiting.set(at, [one])
  }
  const answered = new Map<string, number[]>()
  const portsOf = new Map<string, { readonly port: string; readonly link: string; readonly end: 'a' | 'b' }[]>()
  for (const { id, a, aPort, b, bPort } of plan.links)
    for (const [node, port, end] of [[a, aPort, 'a'] as const, [b, bPort, 'b'] as const])
      if (port !== '') portsOf.set(node, [...(portsOf.get(node) ?? []), { port, link: id, end }])

  const ping = (id: string, at: number, truth: Truth) => {
    const ok = truth.isReached(id)
    const end = at + (ok ? 0.1 : PING_FAILS_AFTER)
    say(end, [seriesOf(id, 'icmp.reachable', '', { 0: 'unreachable', 1: 'reachable' }), end, ok ? 1 : 0])
    if (ok) answered.set(id, [...(answered.get(id) ?? []), end])
  }
  const poll = (id: string, at: number, truth: Truth, isOut: (source: string) => boolean) => {
    const ok = truth.isReached(id)
    const end = at + (ok ? 0.5 : POLL_FAILS_AFTER)
    say(end, [seriesOf(id, 'poll.status', 'snmp', {}), end, ok ? 0 : 1])
    if (ok)
      answered.set(
        id,
        [...(answered.get(id) ?? []), end].sort((x, y) => x - y),
      )
    if (!ok) return
    for (const { port, link, end: side } of portsOf.get(id) ?? []) {
      say(end, [seriesOf(id, 'if.admin-status', port, { 1: 'up', 2: 'down' }), end, 1])
      const up = truth.isPortUp(link, side)
      say(end, [seriesOf(id, 'if.oper-status', port, { 1: 'up', 2: 'down' }), end, up ? 1 : 2])
    }
    if (plan.nodes.get(id)?.kind !== 'ups') return
    say(end, [seriesOf(id, 'ups.output-source', '', { 1: 'normal', 2: 'none' }), end, isOut(id) ? 2 : 1])
  }

  const watched = [...plan.nodes.values()].filter(({ id }) => plan.isWatched(id))
  const next = new Map(watched.map(({ id }) => [id, between(random, 0, PING_EVERY - 1) + random()]))
  const nextPoll = new Map(
    watched.filter(({ kind }) => kind !== 'edge').map(({ id }) => [id, between(random, 0, POLL_EVERY - 1) + random()]),
  )
  let key = ''
  let truth = truthOf(plan, [])
  const truths: { readonly from: number; readonly truth: Truth }[] = []
  /** Switched on again, until when it boots. */
  const boots = new Map<string, number>()
  const turns = { slowest: 0, total: 0, count: 0 }
  for (let second = 1; second <= schedule.end; second++) {
    const active = activeAt(schedule, second)
    const isOut = (source: string) => active.some((fault) => fault.kind === 'power' && fault.source === source)
    const booting = [...boots].filter(([, until]) => second < until).map(([node]) => ({ kind: 'node' as const, node }))
    const newKey = JSON.stringify([active, booting])
    if (newKey !== key) {
      const before = truth
      key = newKey
      truth = truthOf(plan, [...active, ...booting])
      for (const { id, feeds } of watched)
        if (feeds.length > 0 && !before.isAlive(id) && truth.isAlive(id) && !boots.has(id) && wasUnfed(id, second))
          boots.set(id, second + BOOTS)
      const again = [...boots].filter(([, until]) => second < until).map(([node]) => ({ kind: 'node' as const, node }))
      if (again.length > booting.length) truth = truthOf(plan, [...active, ...again])
    }
    if (truths.at(-1)?.truth !== truth) truths.push({ from: second, truth })
    for (const [id, at] of next) {
      if (at > second) continue
      ping(id, at, truth)
      next.set(id, at + PING_EVERY + (random() - 0.5) * 2)
    }
    for (const [id, at] of nextPoll) {
      if (at > second) continue
      poll(id, at, truth, isOut)
      nextPoll.set(id, at + POLL_EVERY + (random() - 0.5) * 4)
    }
    story.at(second)
    const started = performance.now()
    const said = waiting.get(second)
    waiting.delete(second)
    if (said !== undefined) story.group(groupOf(said, story.wall() - second * 1000))
    if (second % 5 === 0) story.hello()
    story.tick()
    const took = performance.now() - started
    turns.total += took
    turns.count++
    if (took > turns.slowest) turns.slowest = took
  }
  const truthAt = (at: number) => truths.findLast(({ from }) => from <= at)?.truth ?? truthOf(plan, [])
  return { story, answered, truthAt, turns }

  function wasUnfed(id: string, second: number): boolean {
    const out = new Set(activeAt(schedule, second - 1).flatMap((f) => (f.kind === 'power' ? [f.source] : [])))
    return plan.nodes.get(id)?.feeds.every((feed) => out.has(feed)) ?? false
  }
}

function groupOf(
  said: readonly (readonly [SeriesInfo, number, number])[],
  begin: number,
): Pick<IngestGroup, 'newSeries' | 'samples'> {
  const infos = [...new Set(said.map(([info]) => info))]
  const values = Float64Array.from(said, ([, , value]) => value)
  const columns = {
    length: said.length,
    series: Uint32Array.from(said, ([info]) => info.id),
    at: Float64Array.from(said, ([, at]) => begin + at * 1000),
    values,
    judged: values,
  }
  return { newSeries: infos, samples: [{ agent: AGENT, site: SITE, ...columns }] }
}
