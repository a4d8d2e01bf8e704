// Holds what the judgement said against what was really wrong. Definitions: head of ../site-graphs.ts.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import { SITE } from '../../support/judgement-story.ts'
import { keyOf, type Schedule, type Scheduled } from './faults.ts'
import { type Fault, type Truth, truthOf } from './oracle.ts'
import { BOOTS, type Day, PING_EVERY } from './site-day.ts'
import type { Plan } from './site-plan.ts'

export interface Score {
  /** Faults that anybody could notice, and how many of them are the cause of an incident. */
  readonly faults: number
  readonly found: number
  /** Incidents while the faults lasted, and how many of them name a fault. */
  readonly incidents: number
  readonly right: number
  /** Standing alarms of unreached devices that are in an incident of a fault that makes them unreached, and all of them. */
  readonly grouped: number
  readonly alarms: number
  /** Incidents opened or opened again after the repair for what is well. */
  readonly childPages: number
  readonly hidden: number
  readonly hiddenInTime: number
  /** Seconds from the moment when the hidden one could be told, to its incident. */
  readonly hiddenAfter: readonly number[]
  /** Seconds from the repair itself to its incident. */
  readonly hiddenSinceRepair: readonly number[]
  /** Still standing at the end, when everything is well. */
  readonly leftOver: number
  readonly remarks: readonly string[]
}

/** A check takes 3 s when it fails; two 5 s apart cannot be ordered; a poll may be 1 s late; a turn is a second. */
const POLL_AND_MARGIN = PING_EVERY + 1 + 3 + 5 + 2
/** The collector gives what had no power 90 s to start; see docs/causes.md. */
const START_ALLOWED = 90

export function scoreOf(plan: Plan, schedule: Schedule, day: Day): Score {
  const { story } = day
  const alarms = story.store.alarms
  const t0 = story.wall() - schedule.end * 1000
  const second = (ms: number) => (ms - t0) / 1000
  const remarks: string[] = []
  const open = schedule.faults.filter((one) => !one.isHidden)
  const all = truthOf(
    plan,
    open.map((one) => one.fault),
  )
  const names = namer(plan, alarms)

  const noticeable = open.filter((one) => isNoticeable(plan, open, one))
  const incidents = story.incidents()
  const during = incidents.filter((i) => second(i.openedAt) < schedule.repairAt)
  const late = incidents.filter((i) => second(i.openedAt) >= schedule.repairAt)
  const rightFor = (incident: Incident) => open.filter(({ fault }) => names(incident, fault, all.isReached))
  const found = noticeable.filter(({ fault }) => during.some((i) => names(i, fault, all.isReached)))
  const right = during.filter((i) => rightFor(i).length > 0)
  for (const one of noticeable) if (!found.includes(one)) remarks.push(`not found: ${keyOf(one.fault)}`)
  for (const i of during) if (!right.includes(i)) remarks.push(`wrong: ${i.title}`)

  const sight = groupedAt(plan, open, story, during, names)

  const hidden = schedule.faults.filter((one) => one.isHidden)
  const after: number[] = []
  const sinceRepair: number[] = []
  let inTime = 0
  for (const one of hidden) {
    const node = one.fault.kind === 'node' ? one.fault.node : ''
    const known = Math.max(couldBeTold(plan, schedule, day, node), second(causeOverAt(day, node)))
    const mine = late.find((i) => names(i, one.fault, () => false) && second(i.openedAt) < schedule.hiddenRepairAt)
    // a port that was cut and now leads to something dead shows the same: its incident goes on, and names it
    const goesOn = during.some(
      (i) =>
        names(i, one.fault, () => false) && second(i.resolvedAt ?? Number.POSITIVE_INFINITY) >= schedule.hiddenRepairAt,
    )
    if (goesOn) {
      inTime++
      continue
    }
    const took = mine === undefined ? Number.POSITIVE_INFINITY : second(mine.openedAt) - known
    const allowed = POLL_AND_MARGIN + (open.some(({ fault }) => fault.kind === 'power') ? START_ALLOWED : 0)
    after.push(Math.round(took))
    sinceRepair.push(
      mine === undefined ? Number.POSITIVE_INFINITY : Math.round(second(mine.openedAt) - schedule.repairAt),
    )
    if (took <= allowed) inTime++
    else remarks.push(`hidden ${node} after ${Math.round(took)} s`)
  }
  const again = story.all.timeline.filter((e) => e.kind === 'reopened' && second(e.at) >= schedule.repairAt)
  const isWell = (alarm: Alarm | undefined, at: number) =>
    alarm === undefined || isReallyWell(plan, day.truthAt(at), alarm)
  const childPages = late.filter((i) => isWell(alarms.get(i.causeAlarm ?? ''), second(i.openedAt)))
  for (const e of again)
    if (isWell(alarms.get(String(e.data.alarm)), second(e.at)))
      childPages.push(incidents.find(({ id }) => id === e.incident) as Incident)
  for (const i of childPages)
    remarks.push(`after the repair, at +${Math.round(second(i.openedAt) - schedule.repairAt)} s: ${i.title}`)
  const leftOver =
    incidents.filter((i) => i.state !== 'resolved' && i.state !== 'closed').length +
    [...alarms.values()].filter((a) => !a.isCleared).length
  if (leftOver > 0) remarks.push(`${leftOver} left at the end`)
  return {
    ...{ faults: noticeable.length, found: found.length, incidents: during.length, right: right.length },
    ...sight,
    ...{ childPages: childPages.length, hidden: hidden.length, hiddenInTime: inTime },
    ...{ hiddenAfter: after, hiddenSinceRepair: sinceRepair, leftOver, remarks },
  }
}

/** Whether what an alarm is about was well at that moment: reached, or its port up. */
function isReallyWell(plan: Plan, truth: Truth, { device, resource, alarmType, rule, qualifier }: Alarm): boolean {
  const id = (device ?? '').slice(SITE.length + 1)
  if (rule === 'common-cause') {
    const name = qualifier.replace(/^\w+:/, '').replace(`${SITE}.`, '').replace(/ .*/, '')
    const behind = [...plan.nodes.values()].filter(
      (n) =>
        n.feeds.includes(name) ||
        plan.links.some((l) => (l.a === name && l.b === n.id) || (l.b === name && l.a === n.id)),
    )
    return !behind.some((n) => plan.isWatched(n.id) && !truth.isReached(n.id))
  }
  if (alarmType !== 'link.down') return truth.isReached(id)
  const link = plan.links.find((l) => (l.a === id && l.aPort === resource) || (l.b === id && l.bPort === resource))
  return link === undefined || truth.isPortUp(link.id, link.a === id ? 'a' : 'b')
}

/** Whether an incident names a fault as its cause; `isReached`: as it really was. */
function namer(plan: Plan, alarms: ReadonlyMap<string, Alarm>) {
  const local = (id: string | null) => (id ?? '').slice(SITE.length + 1)
  const nodeOf = (qualifier: string): string => {
    if (qualifier.startsWith('port:')) return qualifier.slice(5 + SITE.length + 1)
    if (/^(unwatched|supply):/.test(qualifier)) return qualifier.replace(/^\w+:/, '')
    return local(qualifier)
  }
  const portAlarms = (link: string): Alarm[] => {
    const one = plan.links.find((l) => l.id === link)
    if (!one) return []
    const { a, aPort, b, bPort } = one
    return [...alarms.values()].filter(
      ({ alarmType, device, resource }) =>
        alarmType === 'link.down' &&
        ((local(device) === a && resource === aPort) || (local(device) === b && resource === bPort)),
    )
  }
  /** Links that end at a node. */
  const linksAt = (node: string) => plan.links.filter(({ a, b }) => a === node || b === node)
  /** Watched devices behind something unwatched. */
  const behind = (node: string) => linksAt(node).flatMap(({ a, b }) => (a === node ? [b] : []))

  return (incident: Incident, fault: Fault, isReached: (node: string) => boolean): boolean => {
    const cause = alarms.get(incident.causeAlarm ?? '')
    if (!cause) return false
    const isOfDevice = (node: string) => /unreachable|no-answer/.test(cause.alarmType) && local(cause.device) === node
    const isInferred = (...ids: string[]) => cause.rule === 'common-cause' && ids.includes(nodeOf(cause.qualifier))
    // one incident per device: a port may be in that of another port of the same switch
    const isPortTo = (node: string) =>
      linksAt(node).some(({ id }) =>
        portAlarms(id).some(
          (a) =>
            local(a.device) !== node &&
            (a.id === cause.id || (a.device === incident.device && incident.alarms.includes(a.id))),
        ),
      )
    const unwatched = (node: string): boolean => {
      const ports = linksAt(node).flatMap(({ a, aPort, b }) => (b === node ? [`${a} ${aPort}`] : []))
      if (isInferred(node, ...ports) || isPortTo(node)) return true
      const devices = behind(node)
      return devices.length === 1 && isOfDevice(devices[0] as string)
    }
    if (fault.kind === 'node') {
      if (!plan.isWatched(fault.node)) return unwatched(fault.node)
      return isOfDevice(fault.node) || isPortTo(fault.node)
    }
    if (fault.kind === 'power') {
      if (cause.alarmType.startsWith('power.') && local(cause.device) === fault.source) return true
      if (isInferred(fault.source)) return true
      const fed = [...plan.nodes.values()].filter(({ feeds }) => feeds.length === 1 && feeds[0] === fault.source)
      return fed.length === 1 && (isOfDevice(fed[0]?.id as string) || isPortTo(fed[0]?.id as string))
    }
    const link = plan.links.find(({ id }) => id === fault.link)
    if (!link) return false
    const told = portAlarms(fault.link)
    if (told.some((a) => a.device === incident.device && incident.alarms.includes(a.id))) return true
    const far = [link.a, link.b].filter((node) => !isReached(node))
    if (told.length > 0 && !told.some((a) => incident.alarms.includes(a.id))) return false
    return far.some((node) => (plan.isWatched(node) ? isOfDevice(node) : unwatched(node)))
  }
}

function isNoticeable(plan: Plan, faults: readonly Scheduled[], one: Scheduled): boolean {
  const all = truthOf(
    plan,
    faults.map(({ fault }) => fault),
  )
  const without = truthOf(
    plan,
    faults.filter((f) => f !== one).map(({ fault }) => fault),
  )
  for (const id of plan.nodes.keys()) if (plan.isWatched(id) && !all.isReached(id) && without.isReached(id)) return true
  for (const { id, a, aPort, b, bPort } of plan.links)
    for (const [end, node, port] of [['a', a, aPort] as const, ['b', b, bPort] as const])
      if (port !== '' && all.isReached(node) && !all.isPortUp(id, end) && without.isPortUp(id, end)) return true
  return one.fault.kind === 'power' && plan.isWatched(one.fault.source) && all.isReached(one.fault.source)
}

/** Alarms of unreached devices: whether their incident is one of a fault that makes them unreached. */
function groupedAt(
  plan: Plan,
  open: readonly Scheduled[],
  story: Day['story'],
  during: readonly Incident[],
  names: ReturnType<typeof namer>,
): Pick<Score, 'grouped' | 'alarms'> {
  const all = truthOf(
    plan,
    open.map(({ fault }) => fault),
  )
  const byId = new Map(during.map((i) => [i.id, i]))
  let grouped = 0
  let count = 0
  for (const { alarm } of lastInFaults(story, plan)) {
    const device = (alarm.device ?? '').slice(SITE.length + 1)
    if (all.isReached(device)) continue
    const because = open.filter((one) => {
      const without = truthOf(
        plan,
        open.filter((f) => f !== one).map(({ fault }) => fault),
      )
      return without.isReached(device) || !truthOf(plan, [one.fault]).isReached(device)
    })
    const incident = byId.get(alarm.incident ?? '')
    count++
    const blamed = because.length > 0 ? because : open
    if (incident && blamed.some(({ fault }) => names(incident, fault, all.isReached))) grouped++
  }
  return { grouped, alarms: count }
}

function lastInFaults(story: Day['story'], plan: Plan) {
  const last = new Map<string, Day['story']['all']['alarms'][number]>()
  for (const change of story.all.alarms)
    if (change.alarm.alarmType === 'device.unreachable' && change.action !== 'clear' && plan.nodes.size > 0)
      if (change.alarm.incident !== null && !last.has(change.alarm.id)) last.set(change.alarm.id, change)
  return last.values()
}

/** When the collector saw the end of what the hidden one was taken for a symptom of. */
function causeOverAt({ story }: Day, node: string): number {
  const { alarms } = story.store
  let over = 0
  for (const { alarm } of story.all.alarms) {
    if (alarm.device !== `${SITE}.${node}` || alarm.alarmType !== 'device.unreachable') continue
    const ref = alarm.suppression?.by === 'cause' ? alarm.suppression.ref : null
    if (ref !== null) over = alarms.get(ref)?.clearedAt ?? over
  }
  return over
}

/** When it is first answered from where the hidden one hangs after the repair: from then on it can be told. */
function couldBeTold(plan: Plan, schedule: Schedule, day: Day, node: string): number {
  const well = truthOf(plan, [{ kind: 'node', node }])
  const beside = (id: string) => plan.links.flatMap(({ a, b }) => (a === id ? [b] : b === id ? [a] : []))
  const firstAnswer = (ids: readonly string[]) =>
    ids.map((id) => day.answered.get(id)?.find((at) => at >= schedule.repairAt) ?? Number.POSITIVE_INFINITY)
  const times = beside(node).flatMap((other) => {
    if (!well.isReached(other)) return []
    if (plan.isWatched(other)) return plan.nodes.get(other)?.kind === 'switch' ? firstAnswer([other]) : []
    // that something unwatched passes on again is told by what else is behind it
    const siblings = beside(other).filter((id) => id !== node && plan.nodes.get(id)?.kind === 'edge')
    return firstAnswer(siblings.length > 0 ? siblings : beside(other).filter((id) => id !== node))
  })
  return Math.min(schedule.repairAt + BOOTS + PING_EVERY, ...times)
}
