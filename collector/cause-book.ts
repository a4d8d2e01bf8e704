// Causes for people: the graph of a site, the cause of an incident, and grouping otherwise. Wiring of API, judgement and store.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { IncidentCause, RegroupResult } from '#shared/http/cause.ts'
import type { CauseBook, Outcome } from './api/deps.ts'
import { COMMON_CAUSE } from './cause/common-cause.ts'
import type { Decision, DecisionStore } from './cause/decisions.ts'
import { dependenciesOf } from './cause/graph-view.ts'
import type { CauseSources } from './cause-desk.ts'
import type { Judgement } from './evaluation.ts'
import { isOpen } from './incidents/incident-states.ts'
import type { Turns } from './ingest/evaluation.ts'
import type { Done } from './judgement-actions.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'
import type { Topology } from './topology/topology.ts'

export interface CauseBookParts {
  readonly judgement: Judgement
  readonly turns: () => Turns<ChangeSet>
  readonly now: () => number
}

/** What the judgement is told of links, of what passes things on, and of what people decided. */
export function causeSources(topology: () => Topology, store: DecisionStore): CauseSources {
  return {
    linksOf: (site) => topology().linksOf(site),
    forwards: (device) => topology().forwards(device),
    decisions: () => store.read(),
  }
}

export function createCauseBook({ judgement, turns, now }: CauseBookParts): CauseBook {
  const { alarms, incidents, inventory, cause } = judgement
  const { causes, decisions } = cause

  function symptomOf(alarm: Alarm, site: string): IncidentCause['symptoms'][number] {
    const { id, device, text, isCleared, suppression } = alarm
    const sight = causes.of(site, now())
    const node = device === null ? undefined : sight?.graph.numberOf.get(device)
    const verdict = node === undefined ? undefined : sight?.diagnosis.verdicts.get(node)
    const held = suppression?.by === 'probation' ? 'probation' : suppression?.by === 'cause' ? 'symptom' : 'well'
    return {
      ...{ alarm: id, device, text, isCleared },
      deviceName: device === null ? null : (inventory.device(device)?.name ?? device),
      verdict: isCleared ? 'well' : (verdict?.kind ?? held),
      why: suppression?.why ?? verdict?.why ?? '',
    }
  }

  return {
    dependencies(site) {
      const sight = causes.of(site, now())
      return sight && dependenciesOf(sight.graph, sight.diagnosis, (id) => causes.evidence.power(id).is === 'out')
    },
    causeOf(id) {
      const incident = incidents.get(id)
      if (incident === undefined) return undefined
      const first = incident.causeAlarm === null ? undefined : alarms.get(incident.causeAlarm)
      const node = first?.rule === COMMON_CAUSE ? first.qualifier : (first?.device ?? null)
      const sight = causes.of(incident.site, now())
      const number = node === null ? undefined : sight?.graph.numberOf.get(node)
      const others = incident.alarms
        .filter((alarm) => alarm !== incident.causeAlarm)
        .flatMap((a) => alarms.get(a) ?? [])
      const symptoms = others.filter((a) => a.incident === id && a.device !== incident.device)
      const decided = incident.alarms.flatMap((alarm) => decisions.of(alarm))
      return {
        ...{ incident: id, node, name: number === undefined ? null : (sight?.graph.nodes[number]?.name ?? null) },
        ...{ alarm: incident.causeAlarm, why: first?.text ?? '' },
        symptoms: symptoms.map((a) => symptomOf(a, incident.site)),
        decisions: decided
          .sort((x, y) => y.at - x.at)
          .map(({ alarm, cause: of, verdict, by, at }) => ({ alarm, cause: of, verdict, by, at })),
      }
    },
    regroup: (id, wish, actor) =>
      turns().run((at): Done<Outcome<{ readonly items: RegroupResult['items'] }>> => {
        const no = (code: 'not-found' | 'conflict', message: string) => ({
          changes: emptyChangeSet(),
          value: { ok: false as const, code, message },
        })
        const from = incidents.get(id)
        if (from === undefined) return no('not-found', 'there is no such incident that is not closed')
        const to = wish.to === 'own' ? undefined : incidents.get(wish.to)
        if (wish.to !== 'own' && (to === undefined || !isOpen(to.state) || to.site !== from.site || to === from))
          return no('conflict', 'alarms go into another open incident of the same site')
        const standsFor =
          to && [to.causeAlarm, ...to.alarms].find((a) => a !== null && alarms.get(a)?.isCleared === false)
        if (to && standsFor == null) return no('conflict', 'no alarm of that incident stands')
        return judgement.settled((changes) => {
          const problems = new Map<string, string>()
          const moved: string[] = []
          for (const alarm of new Set(wish.alarms)) {
            const problem = problemOf(alarm, id, from.causeAlarm, standsFor ?? undefined)
            if (problem !== undefined) {
              problems.set(alarm, problem)
              continue
            }
            const base = { alarm, by: actor, at, note: wish.note }
            const apart = alarms.get(alarm)?.suppression?.ref ?? from.causeAlarm
            const put = (decision: Decision) => {
              decisions.put(decision)
              changes.causes.push(decision)
            }
            if (apart != null && apart !== standsFor) put({ ...base, cause: apart, verdict: 'apart' })
            if (standsFor != null) put({ ...base, cause: standsFor, verdict: 'together' })
            moved.push(alarm)
          }
          if (moved.length > 0) {
            const where = to === undefined ? 'into incidents of their own' : `into incident ${to.number}`
            const names = moved.map((alarm) => alarms.get(alarm)?.text ?? alarm).slice(0, 5)
            const text = `Moved ${where}: ${names.join('; ')}${moved.length > 5 ? ' ...' : ''}. ${wish.note}`.trim()
            incidents.note(id, { actor, at }, text, changes)
            const detail = { alarms: moved, to: wish.to, note: wish.note }
            changes.audit.push({ at, actor, action: 'incident.regroup', subject: `incident:${id}`, detail })
            judgement.suppression.touch(moved)
          }
          return () => ({
            ok: true as const,
            items: wish.alarms.map((alarm) => ({
              ...{ alarm, incident: alarms.get(alarm)?.incident ?? null },
              problem: problems.get(alarm) ?? null,
            })),
          })
        }, at)
      }),
  }

  function problemOf(id: string, incident: string, causeAlarm: string | null, standsFor?: string): string | undefined {
    const alarm = alarms.get(id)
    if (alarm?.incident !== incident) return 'it is not in this incident'
    if (alarm.isCleared) return 'it is cleared'
    if (id === causeAlarm && standsFor === undefined) return 'the incident is about it'
    if (standsFor === undefined && alarm.suppression?.by !== 'cause')
      return 'it is no symptom, but a fault of the same device'
    if (id === standsFor || (standsFor !== undefined && decisions.wouldCircle(id, standsFor)))
      return 'each would be the cause of the other'
    return undefined
  }
}
