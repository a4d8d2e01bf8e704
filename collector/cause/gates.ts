// The gates `cause` and `probation`: what a verdict about a device or a port means for an alarm of it.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'
import type { Gate, Hold } from '../suppression/gate.ts'
import type { Decisions } from './decisions.ts'
import { type Diagnosis, MARGIN_MS, type Verdict } from './diagnose.ts'
import { type Evidence, LINK_DOWN, type Sign, UNREACHED } from './evidence.ts'
import { CHECK_TAKES_MS } from './reach-watch.ts'

export interface CauseGateParts {
  readonly evidence: Evidence
  readonly decisions: Pick<Decisions, 'of'>
  diagnosisOf(site: string, now: number): Diagnosis
  alarm(id: string): Alarm | undefined
  heard(change: AlarmChange): void
  touched(now: number): Iterable<string>
}

type Held = Hold & { readonly by: 'cause' | 'probation' }

export function createCauseGates(parts: CauseGateParts): readonly Gate[] {
  const { evidence, decisions, diagnosisOf, alarm: alarmOf } = parts
  const isUnreached = ({ alarmType }: Alarm) => (UNREACHED as readonly string[]).includes(alarmType)

  function judge(alarm: Alarm, now: number): Held | undefined {
    const decided = decisions.of(alarm.id)
    const together = decided.find(({ verdict, cause }) => verdict === 'together' && stands(cause))
    if (together?.cause) return symptomOf(together.cause, `${together.by} says that it belongs there`)
    if (alarm.device === null || evidence.owns(alarm.id)) return undefined
    const held = isUnreached(alarm)
      ? ofDevice(alarm, alarm.device, now)
      : alarm.alarmType === LINK_DOWN
        ? ofPort(alarm, alarm.device, now)
        : undefined
    const isApart = decided.some(({ verdict, cause }) => verdict === 'apart' && (cause === null || cause === held?.ref))
    return isApart ? undefined : held
  }

  function stands(id: string | null): boolean {
    return id !== null && alarmOf(id)?.isCleared === false
  }

  function ofDevice(alarm: Alarm, device: string, now: number): Held | undefined {
    const { state, since } = evidence.checks(device)
    // nobody can tell now: what held it goes on
    if (state === 'unknown') return again(alarm)
    if (state === 'up') {
      const until = since + evidence.interval(device) + MARGIN_MS
      const isStale = since > 0 && alarm.raisedAt <= since + CHECK_TAKES_MS && now < until
      const wasHeld = alarm.suppression?.by === 'cause' || alarm.suppression?.by === 'probation'
      return isStale && wasHeld ? probation('its device answers again; this was not checked since', until) : undefined
    }
    const diagnosis = diagnosisOf(alarm.site, now)
    const node = diagnosis.reach.graph.numberOf.get(device)
    const verdict = node === undefined ? undefined : diagnosis.verdicts.get(node)
    return verdict && ofVerdict(alarm, device, verdict)
  }

  function ofVerdict(alarm: Alarm, device: string, { kind, anchor, why, until }: Verdict): Held | undefined {
    if (kind === 'probation') return probation(why, until)
    if (kind === 'waiting') return { by: 'cause', holds: 'incident', ref: null, why, until }
    if (kind !== 'symptom') return undefined
    if (evidence.unreachable(device).some((own) => evidence.owns(own.alarm))) return undefined
    if (anchor === undefined) return { by: 'cause', holds: 'incident', ref: null, why, until }
    if (anchor.alarm === alarm.id) return undefined
    return symptomOf(sticky(alarm) ?? anchor.alarm, why)
  }

  /** What holds it already goes on to while it stands: a symptom does not wander from one incident to another. */
  function sticky({ id, suppression }: Alarm): string | undefined {
    const ref = suppression?.by === 'cause' ? suppression.ref : null
    if (ref === null || ref === id || !stands(ref)) return undefined
    const cause = alarmOf(ref)
    const isOver = cause?.device != null && isUnreached(cause) && evidence.checks(cause.device).state === 'up'
    return isOver ? undefined : ref
  }

  /** Both ends of a link, and all links to one device that is down, are one fault. */
  function ofPort(alarm: Alarm, device: string, now: number): Held | undefined {
    const { reach, anchorOf } = diagnosisOf(alarm.site, now)
    const { nodes, edges, numberOf } = reach.graph
    const here = numberOf.get(device)
    if (here === undefined || reach.isDown(here)) return undefined
    for (const e of nodes[here]?.edges ?? []) {
      const { a, aPort, b, bPort, kind } = edges[e] ?? { a: -1, aPort: '', b: -1, bPort: '', kind: 'parent' }
      const [ownPort, far, farPort] = a === here ? [aPort, b, bPort] : [bPort, a, aPort]
      if (kind !== 'link' || ownPort !== alarm.resource) continue
      const other = reach.isDark(far) ? anchorOf(far) : earlier(alarm, far, farPort, now)
      if (other === undefined || other.alarm === alarm.id) continue
      const name = nodes[far]?.name ?? ''
      return symptomOf(other.alarm, `the link leads to ${name}, of which there is an incident`)
    }
    return undefined

    /** The first alarm about the same link, or about another link to the same device that was not checked since. */
    function earlier(of: Alarm, far: number, farPort: string, at: number): Sign | undefined {
      const signs: Sign[] = []
      const id = nodes[far]?.id ?? ''
      const end = farPort === '' ? undefined : evidence.port(id, farPort).down
      if (end !== undefined) signs.push(end)
      const wait = evidence.interval(id) + MARGIN_MS
      const isChecked = evidence.checks(id).okAt >= of.raisedAt + CHECK_TAKES_MS || at >= of.raisedAt + wait
      if (!isChecked)
        for (const e of nodes[far]?.edges ?? []) {
          const sign = reach.deadBy(e)
          if (sign && Math.abs(sign.raisedAt - of.raisedAt) <= wait) signs.push(sign)
        }
      const own = { alarm: of.id, raisedAt: of.raisedAt }
      const sorted = [own, ...signs].sort((x, y) => x.raisedAt - y.raisedAt || (x.alarm < y.alarm ? -1 : 1))
      const first = sorted.find((sign) => evidence.owns(sign.alarm)) ?? sorted[0]
      return first?.alarm === of.id ? undefined : first
    }
  }

  function symptomOf(cause: string, why: string): Held {
    return { by: 'cause', holds: 'incident', ref: cause, why, until: null, joins: cause }
  }

  function probation(why: string, until: number | null): Held {
    return { by: 'probation', holds: 'incident', ref: null, why, until }
  }

  function again({ suppression }: Alarm): Held | undefined {
    if (suppression?.by !== 'cause' && suppression?.by !== 'probation') return undefined
    const { by, holds, ref, why } = suppression
    return { by, holds, ref, why, until: null }
  }

  const as =
    (name: 'cause' | 'probation'): Gate['judge'] =>
    (alarm, now) => {
      const held = judge(alarm, now)
      if (held?.by !== name) return undefined
      const { by: _, ...hold } = held
      return hold
    }
  return [
    { name: 'probation', judge: as('probation') },
    { name: 'cause', judge: as('cause'), heard: (change) => parts.heard(change), touched: (now) => parts.touched(now) },
  ]
}
