// The incidents in memory: all that are not closed, by id and by what they are about, with their standing alarms.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import { isOpen } from './incident-states.ts'
import type { IncidentOptions, StoredIncidents } from './incident-terms.ts'

/** An alarm, or an incident by the alarm that opened it. */
type About = Pick<Alarm, 'site' | 'device'> & { readonly rule: string | null } & (
    | { readonly id: string; readonly causeAlarm?: never }
    | { readonly causeAlarm: string | null }
  )

export interface IncidentFile {
  put(incident: Incident, changes: ChangeSet): Incident
  get(id: string): Incident | undefined
  open(): Iterable<Incident>
  /** The open incident an alarm belongs to by cause: of its device, else of its site; the oldest of several. */
  openOf(of: About): Incident | undefined
  /** The open incident that people put this alarm into. */
  pinOf(alarm: string): Incident | undefined
  /** The incident itself, or the one it was merged into. */
  heirOf(incident: string): Incident | undefined
  setActive(incident: string, alarm: string, active: boolean): void
  isActive(incident: string, alarm: string): boolean
  activeCount(incident: string): number
  activeOf(incident: string): string[]
  /** When to resolve; null takes it back. Without `changes` nothing is written. */
  resolveAt(incident: string, at: number | null, changes?: ChangeSet): void
  /** Those whose time has come, with it. */
  due(now: number): { readonly id: string; readonly at: number }[]
  /** Something happened to it: a note, a result, a state. */
  touch(incident: string, at: number): void
  /** Resolved ones to which nothing happened since `before`. */
  restedSince(before: number): string[]
  tell: IncidentOptions['tell']
  nextNumber(): number
  restore(stored: StoredIncidents): void
}

export function createIncidentFile(options: IncidentOptions): IncidentFile {
  const byId = new Map<string, Incident>()
  const openByCause = new Map<string, Set<string>>()
  const active = new Map<string, Set<string>>()
  const resolving = new Map<string, number>()
  /** Alarms that people put into an open incident, by alarm. */
  const pins = new Map<string, string>()
  /** Where merged ones went. */
  const heirs = new Map<string, string>()
  /** Resolved ones: when something last happened to them. */
  const resting = new Map<string, number>()
  let lastNumber = 0

  function causeOf(of: About): string {
    const place = of.device ?? `\u001f${of.site}`
    if (of.rule === null || !options.isAlone?.(of.rule)) return place
    return `${place}\u001f${of.causeAlarm === undefined ? of.id : of.causeAlarm}`
  }

  /** What it takes in by itself: its own cause and those of what was merged into it. One of people about a site: nothing. */
  function causesOf(incident: Incident): Set<string> {
    return new Set([incident, ...(incident.merged ?? [])].filter(hasCause).map(causeOf))
  }

  function remember(incident: Incident): void {
    const open = isOpen(incident.state)
    for (const cause of causesOf(incident)) {
      const others = openByCause.get(cause) ?? new Set()
      if (open) openByCause.set(cause, others.add(incident.id))
      else if (others.delete(incident.id) && others.size === 0) openByCause.delete(cause)
    }
    for (const alarm of byId.get(incident.id)?.pinned ?? []) if (pins.get(alarm) === incident.id) pins.delete(alarm)
    if (open) for (const alarm of incident.pinned ?? []) pins.set(alarm, incident.id)
    for (const { id } of incident.merged ?? []) {
      if (incident.state !== 'closed') heirs.set(id, incident.id)
      else if (heirs.get(id) === incident.id) heirs.delete(id)
    }
    if (incident.state === 'closed') {
      byId.delete(incident.id)
      active.delete(incident.id)
      resolving.delete(incident.id)
    } else byId.set(incident.id, incident)
    if (incident.state !== 'resolved') resting.delete(incident.id)
    else touch(incident.id, incident.resolvedAt ?? 0)
  }

  function touch(incident: string, at: number): void {
    const state = byId.get(incident)?.state
    if (state === 'resolved') resting.set(incident, Math.max(at, resting.get(incident) ?? 0))
  }

  function setActive(incident: string, alarm: string, is: boolean): void {
    const set = active.get(incident) ?? new Set()
    active.set(incident, set)
    if (is) set.add(alarm)
    else set.delete(alarm)
  }

  function put(incident: Incident, changes: ChangeSet): Incident {
    const at = resolving.get(incident.id)
    const { resolveAt: _, ...rest } = incident
    const next = at === undefined || !isOpen(incident.state) ? rest : { ...rest, resolveAt: at }
    remember(next)
    changes.incidents.push(next)
    return next
  }

  return {
    put,
    get: (id) => byId.get(id),
    *open() {
      for (const incident of byId.values()) if (isOpen(incident.state)) yield incident
    },
    openOf(of) {
      const open = [...(openByCause.get(causeOf(of)) ?? [])].map((id) => byId.get(id) as Incident)
      return open.length < 2 ? open[0] : open.reduce((a, b) => (a.number <= b.number ? a : b))
    },
    pinOf: (alarm) => byId.get(pins.get(alarm) ?? ''),
    heirOf: (incident) => byId.get(heirs.get(incident) ?? incident),
    setActive,
    isActive: (incident, alarm) => active.get(incident)?.has(alarm) ?? false,
    activeCount: (incident) => active.get(incident)?.size ?? 0,
    activeOf: (incident) => [...(active.get(incident) ?? [])],
    resolveAt(incident, at, changes) {
      if (at === null) resolving.delete(incident)
      else resolving.set(incident, at)
      const known = byId.get(incident)
      if (changes && known && known.resolveAt !== (at ?? undefined)) put(known, changes)
    },
    due: (now) => [...resolving].filter(([, at]) => at <= now).map(([id, at]) => ({ id, at })),
    touch,
    restedSince: (before) => [...resting].filter(([, at]) => at <= before).map(([id]) => id),
    tell: options.tell,
    nextNumber: () => ++lastNumber,
    restore(stored) {
      for (const memory of [byId, openByCause, active, resolving, resting, pins, heirs]) memory.clear()
      lastNumber = stored.lastNumber
      for (const incident of stored.incidents) {
        remember(incident)
        if (incident.resolveAt !== undefined) resolving.set(incident.id, incident.resolveAt)
        for (const alarm of incident.standing ?? []) setActive(incident.id, alarm, true)
      }
      for (const { incident, at } of stored.activity) touch(incident, at)
      for (const { id, isCleared, incident } of stored.alarms) {
        // incidents of old do not say which alarms stand
        if (isCleared || incident === null || byId.get(incident)?.standing !== undefined) continue
        if (byId.has(incident)) setActive(incident, id, true)
      }
    },
  }
}

const hasCause = ({ rule, device }: Pick<Incident, 'rule' | 'device'>): boolean => rule !== null || device !== null
