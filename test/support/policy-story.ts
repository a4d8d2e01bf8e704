// The notification policy with a small world around it: incidents of some alarms, as the incidents room behaves, a clock, and
// a store that is the change sets themselves. After each step its promises are checked.
import type { NotificationIntent, NotifyStateChange, ToldChange } from '#collector/notify/intent.ts'
import { createNotificationPolicy, type NotificationPolicy } from '#collector/notify/policy/policy.ts'
import type { TraceLine } from '#collector/storage/change-set.ts'
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Incident } from '#shared/domain/incident.ts'
import { CARRIED } from '#shared/domain/notification.ts'
import type { Route, StormLimit } from '#shared/domain/notification-route.ts'
import type { Severity } from '#shared/domain/severity.ts'
import type { Suppression } from '#shared/domain/suppression.ts'

export type PolicyStory = ReturnType<typeof createPolicyStory>

/** A Monday. */
const T0 = Date.UTC(2026, 5, 1, 7)
const REOPEN_MS = 300_000
const PROBLEMS = ['opened', 'joined', 'worse', 'reopened', 'reminder']
const HELD: Suppression = { by: 'maintenance', holds: 'people', ref: 'w', why: 'a window', since: T0, until: null }

export interface PolicyStoryOptions {
  readonly routes?: readonly Route[]
  readonly channels?: readonly string[]
  readonly storm?: StormLimit
  readonly zones?: Readonly<Record<string, string>>
  readonly from?: number
}

export function createPolicyStory(options: PolicyStoryOptions = {}) {
  const channels = (options.channels ?? ['a', 'b', 'c']).map((id) => ({ id, enabled: true, on: [...CARRIED] }))
  const storm = options.storm ?? { messages: 1000, within: 600_000 }
  let routes = options.routes ?? []
  let now = options.from ?? T0
  let number = 0
  const incidents = new Map<string, Incident>()
  /** The incident of a place now. */
  const current = new Map<number, string>()
  const alarms = new Map<string, Alarm>()
  const state = new Map<string, NotifyStateChange>()
  const sent: NotificationIntent[] = []
  const suppressed: NotificationIntent[] = []
  const told = new Map<string, ToldChange>()
  const trace: TraceLine[] = []
  const byKey = new Map<string, NotificationIntent>()
  const counted = new Map<string, number[]>()
  let checked = 0
  const raised = new Set<string>()
  const open = new Map<string, boolean>()
  const build = (): NotificationPolicy =>
    createNotificationPolicy({
      channels: () => channels,
      routes: () => routes,
      storm: () => storm,
      incident: (id) => incidents.get(id),
      alarm: (id) => alarms.get(id),
      device: () => ({ tags: { class: 'switch', rack: '7' } }),
      zoneOf: (site) => options.zones?.[site] ?? 'Asia/Shanghai',
    })
  let policy = build()

  function commit(): void {
    const changes = { notifications: [], told: [], trace: [], notifyState: [] } as {
      notifications: NotificationIntent[]
      told: ToldChange[]
      trace: TraceLine[]
      notifyState: NotifyStateChange[]
    }
    policy.settle(changes)
    for (const n of changes.notifications) {
      must(!byKey.has(n.key), () => `${n.key} twice`)
      byKey.set(n.key, n)
      const list = n.suppressed === undefined ? sent : suppressed
      list.push(n)
    }
    for (const n of changes.notifications.filter((one) => one.suppressed === undefined)) checkMessage(n)
    for (const t of changes.told) checkTold(t)
    for (const s of changes.notifyState) {
      if (s.doc === null) state.delete(`${s.kind} ${s.key}`)
      else state.set(`${s.kind} ${s.key}`, JSON.parse(JSON.stringify(s)))
    }
    trace.push(...changes.trace)
  }

  /** No recovery without its problem. */
  function checkMessage(n: NotificationIntent): void {
    const pair = `${n.incident} ${n.recipient}`
    if (n.transition === 'resolved') {
      must(open.get(pair), () => `${n.key}: an end without its problem`)
      open.set(pair, false)
    } else if (n.transition === 'cleared') {
      must(open.get(pair) && n.alarms.length > 0, () => `${n.key}: an end without its problem`)
    } else if (PROBLEMS.includes(n.transition)) {
      if (n.transition !== 'opened' && n.transition !== 'reopened')
        must(open.get(pair), () => `${n.key}: more of what was not told`)
      // one message of a group may open several
      for (const id of new Set([n.incident, ...n.alarms.map((a) => alarms.get(a)?.incident ?? null)]))
        if (id !== null) open.set(`${id} ${n.recipient}`, true)
    }
  }

  /** One row for each, and what was told stays told. */
  function checkTold(t: ToldChange): void {
    const key = `${t.alarm} ${t.episode} ${t.recipient}`
    const before = told.get(key)
    if (before?.state === 'told') {
      must(t.state === 'told', () => `${key} was told`)
      must(before.recovery === null || t.recovery === before.recovery, () => `${key}: two ends`)
    }
    if (t.state === 'told') {
      const message = byKey.get(t.message ?? '')
      must(message?.recipient === t.recipient, () => `${key}: no such message`)
      must(t.why.startsWith('told') || message?.alarms.includes(t.alarm), () => `${key}: not in its message`)
    }
    must(t.recovery === null || byKey.get(t.recovery)?.recipient === t.recipient, () => `${key}: no such end`)
    told.set(key, t)
  }

  const incidentOf = (place: number) => incidents.get(current.get(place) ?? '')
  const isOpen = (incident: Incident | undefined) => incident !== undefined && incident.resolvedAt === null
  const idOf = (place: number, which: number) => `alarm-${place}.${which}`
  function put(incident: Incident, more: Partial<Incident>): Incident {
    const next = { ...incident, ...more }
    incidents.set(next.id, next)
    return next
  }
  function set(alarm: Alarm, more: Partial<Alarm>): Alarm {
    const next = { ...alarm, ...more }
    alarms.set(next.id, next)
    return next
  }
  function change(action: 'update' | 'suppress' | 'unsuppress', alarm: Alarm, was?: Severity): void {
    policy.onAlarm({ alarm, action, at: now, actor: 'system', late: false, note: '', ...(was ? { was } : {}) }, now)
  }
  function unheld(incident: Incident): Incident {
    const { held: _, ...free } = incident
    incidents.set(free.id, free)
    return free
  }
  const step = (work: () => void) => {
    work()
    commit()
  }

  const story = {
    now: () => now,
    messages: () => sent,
    suppressed: () => suppressed,
    told: () => [...told.values()],
    trace: () => trace,
    incident: incidentOf,
    alarm: (place: number, which: number) => alarms.get(idOf(place, which)),
    policy: () => policy,
    setRoutes(next: readonly Route[]) {
      routes = next
    },
    channel: (id: string) => channels.find((c) => c.id === id),
    /** What went to a recipient, as words. */
    heard: (recipient: string) => sent.filter((n) => n.recipient === recipient).map((n) => n.transition),
    raise(place: number, which: number, severity: Severity = 'major', held = false) {
      step(() => {
        const id = idOf(place, which)
        const before = alarms.get(id)
        if (before && !before.isCleared) return
        const incident = incidentOf(place)
        const alarm = set(before ?? newAlarm(id, place, which, now), {
          ...{ isCleared: false, perceivedSeverity: severity, episode: (before?.episode ?? 0) + 1, raisedAt: now },
          ...{ operatorState: 'none', suppression: held ? HELD : null },
        })
        raised.add(`${id} ${alarm.episode}`)
        if (incident && isOpen(incident)) {
          const next = put(incident, {
            ...{ alarms: [...new Set([...incident.alarms, id])], standing: [...(incident.standing ?? []), id] },
            openAlarms: incident.openAlarms + 1,
          })
          set(alarm, { incident: next.id })
          policy.on('joined', next, alarms.get(id), now)
          if (next.held && !held)
            policy.on(next.reopened > 0 ? 'reopened' : 'opened', unheld(next), alarms.get(id), now)
          return
        }
        const base = { resolvedAt: null, state: 'new' as const, standing: [id], openAlarms: 1 }
        if (incident && alarm.incident === incident.id && now - (incident.resolvedAt ?? 0) <= REOPEN_MS) {
          const next = put(incident, { ...base, reopened: incident.reopened + 1 })
          policy.on('reopened', next, alarms.get(id), now)
          return
        }
        const fresh: Incident = {
          ...newIncident(++number, place, alarm, now),
          ...base,
          ...(held ? { held: HELD } : {}),
        }
        incidents.set(fresh.id, fresh)
        current.set(place, fresh.id)
        set(alarm, { incident: fresh.id })
        policy.on('opened', fresh, alarms.get(id), now)
      })
    },
    clear(place: number, which: number) {
      step(() => {
        const alarm = alarms.get(idOf(place, which))
        if (!alarm || alarm.isCleared) return
        const cleared = set(alarm, { isCleared: true, clearedAt: now, suppression: null })
        const incident = incidents.get(alarm.incident ?? '')
        if (!incident || !isOpen(incident) || !incident.standing?.includes(alarm.id)) return
        const standing = incident.standing.filter((id) => id !== alarm.id)
        const next = put(incident, { standing, openAlarms: standing.length })
        policy.on(standing.length === 0 ? 'over' : 'cleared', next, cleared, now)
        if (standing.length === 0) story.ended(next)
      })
    },
    ended(incident: Incident) {
      policy.on(
        'resolved',
        put(incident, { state: 'resolved', resolvedAt: now, standing: [], openAlarms: 0 }),
        undefined,
        now,
      )
      for (const [pair, is] of open) if (pair.startsWith(`${incident.id} `)) pendingEnds.add(is ? pair : '')
    },
    turn(place: number, which: number, severity: Severity) {
      step(() => {
        const alarm = alarms.get(idOf(place, which))
        if (!alarm || alarm.isCleared || alarm.perceivedSeverity === severity) return
        change('update', set(alarm, { perceivedSeverity: severity }), alarm.perceivedSeverity)
      })
    },
    hold(place: number, which: number) {
      step(() => {
        const alarm = alarms.get(idOf(place, which))
        if (alarm && !alarm.isCleared && alarm.suppression === null)
          change('suppress', set(alarm, { suppression: HELD }))
      })
    },
    free(place: number, which: number) {
      step(() => {
        const alarm = alarms.get(idOf(place, which))
        if (!alarm || alarm.isCleared || alarm.suppression === null) return
        const freed = set(alarm, { suppression: null })
        const incident = incidents.get(alarm.incident ?? '')
        if (incident && isOpen(incident) && incident.held && incident.standing?.includes(alarm.id))
          policy.on(incident.reopened > 0 ? 'reopened' : 'opened', unheld(incident), freed, now)
        change('unsuppress', freed)
      })
    },
    resolve(place: number) {
      step(() => {
        const incident = incidentOf(place)
        if (incident && isOpen(incident)) story.ended(incident)
      })
    },
    openByHand(place: number) {
      step(() => {
        const fresh = { ...newIncident(++number, place, undefined, now), rule: null }
        incidents.set(fresh.id, fresh)
        current.set(place, fresh.id)
        policy.on('opened', fresh, undefined, now)
      })
    },
    acknowledge(place: number, which: number) {
      const alarm = alarms.get(idOf(place, which))
      if (alarm && !alarm.isCleared) set(alarm, { operatorState: 'ack' })
    },
    wait(seconds: number) {
      const until = now + seconds * 1000
      const stride = Math.max(1000, Math.ceil((seconds * 1000) / 12))
      while (now < until) {
        now = Math.min(until, now + stride)
        step(() => policy.tick(now))
      }
    },
    /** The process ends in the middle of a turn that is not committed; another reads what was written. */
    crash() {
      policy.tick(now + 3_600_000)
      policy = build()
      policy.restore(JSON.parse(JSON.stringify([...state.values()])))
    },
    /** Ends are never delayed, keys never repeat, storms are limited. */
    check() {
      for (const pair of pendingEnds)
        must(pair === '' || open.get(pair) === false, () => `${pair}: its end was delayed`)
      pendingEnds.clear()
      for (; checked < sent.length; checked++) {
        const n = sent[checked] as NotificationIntent
        if (!PROBLEMS.includes(n.transition) && n.transition !== 'cleared') continue
        const times = [...(counted.get(n.recipient) ?? []), n.at].filter((t) => t > n.at - storm.within)
        must(times.length <= storm.messages, () => `${n.key}: more than the limit`)
        counted.set(n.recipient, times)
      }
    },
    /** All is over and time passes: nothing is left untold, everybody stands somewhere. */
    end() {
      for (const alarm of alarms.values()) {
        const [place = 0, which = 0] = alarm.id.slice('alarm-'.length).split('.').map(Number)
        story.free(place, which)
      }
      story.wait(3 * 86_400)
      story.check()
      for (const t of told.values())
        must(t.state !== 'waiting' || (t.until ?? 0) > now, () => `${t.alarm} ${t.recipient} waits: ${t.why}`)
      for (const alarm of [...alarms.values()]) {
        const [place = 0, which = 0] = alarm.id.slice('alarm-'.length).split('.').map(Number)
        story.clear(place, which)
      }
      for (const place of current.keys()) story.resolve(place)
      story.wait(86_400)
      story.check()
      for (const [pair, is] of open) must(!is, () => `${pair}: a problem without its end`)
      const alarmsWithRow = new Set<string>()
      for (const t of told.values()) {
        alarmsWithRow.add(`${t.alarm} ${t.episode}`)
        must(t.state !== 'waiting', () => `${t.alarm} ${t.recipient}: ${t.why}`)
        must(t.state !== 'told' || t.recovery !== null, () => `${t.alarm} ${t.episode} ${t.recipient}: no end`)
        if (t.reason !== 'storm') continue
        const later = sent.some(
          (n) =>
            n.recipient === t.recipient && n.at >= t.at && (n.transition === 'summary' || n.incident === t.incident),
        )
        must(later, () => `${t.alarm} ${t.recipient}: a storm without a summary`)
      }
      for (const episode of raised) must(alarmsWithRow.has(episode), () => `${episode}: nobody stands anywhere with it`)
    },
  }
  const pendingEnds = new Set<string>()
  return story
}

/** Throws what is wrong; as cheap as ten thousand sequences ask for. */
function must(holds: boolean | undefined, what: () => string): void {
  if (holds !== true) throw new Error(what())
}

function newAlarm(id: string, place: number, which: number, at: number): Alarm {
  return {
    ...{ id, customer: 'acme', site: place < 2 ? 'hq' : 'branch', device: `hq.d${place}`, agent: 'agent-hq-1' },
    ...{ resource: '', alarmType: `type-${which}`, qualifier: '', perceivedSeverity: 'major', isCleared: false },
    ...{ operatorState: 'none', episode: 0, count: 1, firstAt: at, raisedAt: at, lastAt: at, clearedAt: null },
    ...{ text: `alarm ${id}`, source: 'poll', rule: 'r', ackBy: null, ackAt: null, ackNote: '', ackUntil: null },
    ...{ shelvedUntil: null, flapping: false, suppression: null, unknownSince: null, incident: null },
  }
}

function newIncident(number: number, place: number, alarm: Alarm | undefined, at: number): Incident {
  return {
    ...{ id: `incident-${number}`, number, customer: 'acme', site: place < 2 ? 'hq' : 'branch' },
    ...{ device: `hq.d${place}`, title: alarm?.text ?? 'by hand', state: 'new', impact: 'medium', urgency: 'medium' },
    ...{ priority: 3, tier: 1, assignee: null, openedAt: at, resolvedAt: null, closedAt: null, rule: 'r' },
    ...{ causeAlarm: alarm?.id ?? null, alarms: alarm ? [alarm.id] : [], openAlarms: alarm ? 1 : 0 },
    ...{ standing: alarm ? [alarm.id] : [], follows: null, reopened: 0 },
  }
}
