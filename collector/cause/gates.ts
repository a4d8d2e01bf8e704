// The gates `cause` and `probation`: what a verdict about a device or a port means for an alarm of it.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'
import type { Gate, Hold } from '../suppression/gate.ts'
import type { Decisions } from './decisions.ts'
import { type Diagnosis, MARGIN_MS, type Verdict } from './diagnose.ts'
import { type Evidence, LINK_DOWN, type Sign, UNREACHED } from './evidence.ts'
import { CHECK_TAKES_MS, POLL_TAKES_MS } from './reach-watch.ts'

export interface CauseGateParts {
  readonly evidence: Evidence
  readonly decisions: Pick<Decisions, 'of'>
  diagnosisOf(site: string, now: number): Diagnosis
  alarm(id: string): Alarm | undefined
  lastCheck(alarm: Alarm): { readonly at: number; readonly found: boolean } | undefined
  /** An alarm of this site waits for its next check. */
  probation(site: string): void
  heard(change: AlarmChange): void
  touched(now: number): Iterable<string>
}

const PORT_STALE = 'its cause is over, and the port was not polled since'

type Held = Hold & { readonly by: 'cause' | 'probation' }

export function createCauseGates(parts: CauseGateParts): readonly Gate[] {
  const { evidence, decisions, diagnosisOf, alarm: alarmOf, probation: probated } = parts
  /** Since when ports that were symptoms are none any more. */
  const released = new Map<string, number>()
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
    const isApart = decided.some(({ verdict, cause }) => verdict === 'apart' && cause === held?.ref)
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
      if (since === 0 || alarm.raisedAt > since + CHECK_TAKES_MS) return undefined
      return unlessChecked(alarm, device, since, 'its device answers again, and this was not checked since', now)
    }
    const diagnosis = diagnosisOf(alarm.site, now)
    const node = diagnosis.reach.graph.numberOf.get(device)
    const verdict = node === undefined ? undefined : diagnosis.verdicts.get(node)
    return verdict && ofVerdict(alarm, device, verdict)
  }

  function ofVerdict(alarm: Alarm, device: string, { kind, anchor, why, until }: Verdict): Held | undefined {
    if (kind === 'probation') return probation(why, until)
    if (kind === 'waiting') return waiting(why, until)
    if (kind !== 'symptom' && kind !== 'inferred') return undefined
    if (evidence.unreachable(device).some((own) => evidence.owns(own.alarm))) return undefined
    if (anchor === undefined) return waiting(why, until)
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
    const held = byFarEnd(alarm, device, now)
    if (held?.why !== PORT_STALE) released.delete(alarm.id)
    return held
  }

  function byFarEnd(alarm: Alarm, device: string, now: number): Held | undefined {
    const { reach, verdicts, anchorOf } = diagnosisOf(alarm.site, now)
    const { nodes, edges, numberOf } = reach.graph
    const here = numberOf.get(device)
    if (here === undefined || !reach.isUp(here)) {
      // nobody can ask the port now: the time to be polled again begins when somebody can
      released.delete(alarm.id)
      return again(alarm)
    }
    const fars: (readonly [number, string])[] = []
    for (const e of nodes[here]?.edges ?? []) {
      const { a, aPort, b, bPort, kind } = edges[e] ?? { a: -1, aPort: '', b: -1, bPort: '', kind: 'parent' }
      const [ownPort, far, farPort] = a === here ? [aPort, b, bPort] : [bPort, a, aPort]
      if (kind === 'link' && ownPort === alarm.resource) fars.push([far, farPort])
    }
    // where no link is known: what is declared to be behind, and failed with this port
    if (fars.length === 0) for (const far of reach.behindPort(alarm.id)) fars.push([far, ''])
    const { suppression } = alarm
    const wasSymptom = suppression?.by === 'probation' || (suppression?.by === 'cause' && suppression.ref !== null)
    const decided: Held[] = []
    for (const [far, farPort] of fars) {
      const name = nodes[far]?.name ?? ''
      const verdict = verdicts.get(far)
      const dark = reach.isDark(far) ? anchorOf(far) : undefined
      if (verdict?.kind === 'probation') {
        probated(alarm.site)
        return probation(verdict.why, verdict.until)
      }
      const isOpen = verdict?.kind === 'waiting' && dark?.alarm === alarm.id
      const isSoon = verdict?.kind === 'symptom' && dark === undefined
      if (isOpen || isSoon) return waiting(verdict.why, verdict.until)
      // it stands for what is dark behind it; one that was a symptom itself is polled again first
      if (dark?.alarm === alarm.id) {
        if (wasSymptom) continue
        return undefined
      }
      const other = reach.isDark(far) ? dark : earlier(alarm, far, farPort, now)
      if (other !== undefined && other.alarm !== alarm.id) {
        const held = symptomOf(other.alarm, `the link leads to ${name}, of which there is an incident`)
        // of several that it may lead to: one that something else explains
        if (verdict?.kind === 'symptom') decided.unshift(held)
        else decided.push(held)
      }
      const until = mayHaveNoPower(alarm, reach, far, now)
      if (until !== undefined) return waiting(`${name} may have lost its power, and was not checked since`, until)
    }
    if (decided[0] !== undefined) return decided[0]
    if (fars.length === 0)
      for (const far of reach.declaredBehind(here)) {
        const until = mayHaveNoPower(alarm, reach, far, now)
        if (until !== undefined)
          return waiting('what is behind it may have lost its power, and was not checked since', until)
      }
    // what was a symptom is none any more: whether the port is still down its next poll tells
    if (suppression?.by === 'probation' || suppression?.by === 'cause') {
      const back = released.get(alarm.id) ?? now
      released.set(alarm.id, back)
      return unlessChecked(alarm, device, back, PORT_STALE, now, suppression.ref)
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

  /** Until when a device that has declared sources and answered before this alarm may turn out to be without power. */
  function mayHaveNoPower(alarm: Alarm, reach: Diagnosis['reach'], far: number, now: number): number | undefined {
    const node = reach.graph.nodes[far]
    if (node === undefined || node.feeds.length === 0 || !reach.isUp(far)) return undefined
    if ((reach.checks[far]?.okAt ?? 0) >= alarm.raisedAt + CHECK_TAKES_MS) return undefined
    const until = alarm.raisedAt + evidence.interval(node.id) + MARGIN_MS
    return now < until ? until : undefined
  }

  function waiting(why: string, until: number | null): Held {
    return { by: 'cause', holds: 'incident', ref: null, why, until }
  }

  function symptomOf(cause: string, why: string): Held {
    return { by: 'cause', holds: 'incident', ref: cause, why, until: null, joins: cause }
  }

  function probation(why: string, until: number | null, ref: string | null = null): Held {
    return { by: 'probation', holds: 'incident', ref, why, until }
  }

  /** Held until it was looked at after `back`, and no longer than a check of this device may take to come. */
  function unlessChecked(
    alarm: Alarm,
    device: string,
    back: number,
    why: string,
    now: number,
    ref: string | null = null,
  ): Held | undefined {
    const check = parts.lastCheck(alarm)
    const takes = alarm.alarmType === UNREACHED[0] ? CHECK_TAKES_MS : POLL_TAKES_MS
    const until = back + evidence.interval(device) + MARGIN_MS
    if (now >= until || (check !== undefined && check.at >= back + takes && check.found)) return undefined
    probated(alarm.site)
    return probation(why, until, ref)
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
