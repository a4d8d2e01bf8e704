// Faults of a random site: one to three at once or after each other, and, half the time, one hidden behind the first.
import { type Fault, truthOf } from './oracle.ts'
import { between, type Plan, pick, type Random } from './site-plan.ts'

export interface Scheduled {
  readonly fault: Fault
  /** Seconds since the story began. */
  readonly from: number
  until: number
  readonly isHidden: boolean
}

export const WARM_UP = 130
/** How long the faults last, and how long is watched after each repair. */
const LASTS = 260
const AFTER = 170

export interface Schedule {
  readonly faults: readonly Scheduled[]
  /** When all but hidden ones are repaired, when those are, and when the story ends. */
  readonly repairAt: number
  readonly hiddenRepairAt: number
  readonly end: number
}

export function scheduleFaults(plan: Plan, count: number, isHidden: boolean, random: Random): Schedule {
  const first = WARM_UP + between(random, 0, 30)
  const repairAt = first + 60 + LASTS
  const hiddenRepairAt = repairAt + AFTER
  const faults: Scheduled[] = []
  for (let tries = 0; faults.length < count && tries < 200; tries++) {
    const fault = anyFault(plan, random)
    if (faults.some((one) => keyOf(one.fault) === keyOf(fault))) continue
    const from = first + (faults.length === 0 ? 0 : between(random, 0, 60))
    faults.push({ fault, from, until: repairAt, isHidden: false })
  }
  if (isHidden) {
    const active = faults.map(({ fault }) => fault)
    const dark = truthOf(plan, active)
    // something that still stands in the dark, is watched, and would fail for itself once the first is repaired
    const behind = [...plan.nodes.keys()].filter(
      (id) => plan.isWatched(id) && plan.nodes.get(id)?.kind !== 'ups' && dark.isAlive(id) && !dark.isReached(id),
    )
    if (behind.length > 0) {
      const fault: Fault = { kind: 'node', node: pick(random, behind) }
      const from = first + 60 + between(random, 90, 180)
      faults.push({ fault, from, until: hiddenRepairAt, isHidden: true })
    }
  }
  return { faults, repairAt, hiddenRepairAt, end: hiddenRepairAt + AFTER }
}

function anyFault(plan: Plan, random: Random): Fault {
  const nodes = [...plan.nodes.values()]
  const switches = nodes.filter(({ kind, id }) => kind === 'switch' && id !== plan.agentAt)
  const what = random()
  if (what < 0.3) return { kind: 'node', node: pick(random, switches).id }
  if (what < 0.42)
    return {
      kind: 'node',
      node: pick(
        random,
        nodes.filter(({ kind }) => kind === 'edge'),
      ).id,
    }
  const hubs = nodes.filter(({ kind }) => kind === 'unmanaged')
  if (what < 0.52 && hubs.length > 0) return { kind: 'node', node: pick(random, hubs).id }
  const sources = nodes.filter(({ id, kind }) => (kind === 'ups' || kind === 'strip') && feeds(plan, id))
  if (what < 0.65 && sources.length > 0) return { kind: 'power', source: pick(random, sources).id }
  const between = plan.links.filter(({ a, b }) => [a, b].every((id) => plan.nodes.get(id)?.kind === 'switch'))
  const link = random() < 0.75 ? pick(random, between) : pick(random, plan.links)
  const ports = pick(random, ['both', 'both', 'a', 'none'] as const)
  return { kind: 'link', link: link.id, ports }
}

/** A source that feeds the agent's own switch would silence the whole site: that is another proof. */
function feeds(plan: Plan, source: string): boolean {
  const fed = [...plan.nodes.values()].filter((node) => node.feeds.includes(source))
  return fed.length > 0 && !fed.some(({ id }) => id === plan.agentAt)
}

export function keyOf(fault: Fault): string {
  return fault.kind === 'node'
    ? `node ${fault.node}`
    : fault.kind === 'link'
      ? `link ${fault.link}`
      : `power ${fault.source}`
}

export function activeAt(schedule: Schedule, second: number): Fault[] {
  return schedule.faults.filter(({ from, until }) => from <= second && second < until).map(({ fault }) => fault)
}
