// What people do with the made-up incidents: narrowed and counted lists, tiers, links, merging, files. Played in memory.
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ApiDeps, IncidentBook, Outcome } from '#collector/api/deps.ts'
import type { IncidentReads, PeopleReads } from '#collector/api/reads.ts'
import { plainFileName } from '#shared/domain/attachment-name.ts'
import { type Evidence, INCIDENT_STATES, type TimelineEntry } from '#shared/domain/incident.ts'
import type { AlarmRow } from '#shared/http/alarms.ts'
import {
  type Attachment,
  type IncidentCountsQuery,
  type IncidentRow,
  type LinkedRow,
  MAX_ATTACHMENT_BYTES,
} from '#shared/http/incidents.ts'
import type { SiteRow } from '#shared/http/inventory.ts'
import type { NotificationRow } from '#shared/http/notifications.ts'

export interface PlayedIncidents {
  readonly incidents: Map<string, IncidentRow>
  readonly timeline: Map<string, TimelineEntry[]>
  readonly evidence: Map<string, Evidence[]>
  readonly alarms: ReadonlyMap<string, AlarmRow>
  readonly sites: () => readonly SiteRow[]
  readonly start: number
  /** Something of it has changed: the live stream is told. */
  changed(incident: IncidentRow): void
}

export function playIncidents(world: PlayedIncidents) {
  const { incidents, timeline, alarms, start } = world
  const links: { a: string; b: string; kind: LinkedRow['kind']; by: string; at: number }[] = []
  const files = new Map<string, Attachment & { readonly bytes: Buffer; used: boolean }>()
  const first = incidents.get('inc-1042')
  if (first) {
    for (const one of more(first, start)) {
      incidents.set(one.id, one)
      timeline.set(one.id, [entryOf(one.id, 'opened', one.title, 'system', one.openedAt)])
    }
    links.push({ a: 'inc-1042', b: 'inc-1033', kind: 'related', by: 'lena', at: start - 60_000 })
  }

  const has = (text: string, q: string) => text.toLowerCase().includes(q.toLowerCase().replace(/^#/, ''))
  const fits = (i: IncidentRow, q: Partial<IncidentCountsQuery>): boolean =>
    (q.open === undefined || q.open !== ['resolved', 'closed'].includes(i.state)) &&
    (!q.state || q.state.includes(i.state)) &&
    (!q.priority || q.priority.includes(i.priority)) &&
    (!q.tier || q.tier.includes(i.tier)) &&
    (!q.customer || i.customer === q.customer) &&
    (!q.site || i.site === q.site) &&
    (!q.device || i.device === q.device) &&
    (!q.assignee || i.assignee === q.assignee) &&
    (!q.unassigned || i.assignee === null) &&
    (!q.q || has(`${i.number} ${i.title} ${i.siteName} ${i.customerName} ${i.deviceName ?? ''}`, q.q))

  const reads: Pick<IncidentReads, 'incidents' | 'incidentRow' | 'incident' | 'incidentCounts'> = {
    async incidents(q) {
      const found = [...incidents.values()].filter((i) => fits(i, q)).sort((a, b) => b.openedAt - a.openedAt)
      if (q.sort === 'priority') found.sort((a, b) => a.priority - b.priority || b.openedAt - a.openedAt)
      const from = Number(q.cursor ?? 0)
      const isMore = from + q.limit < found.length
      return { items: found.slice(from, from + q.limit), nextCursor: isMore ? String(from + q.limit) : null }
    },
    async incidentCounts({ state, open, ...anyState }) {
      const all = [...incidents.values()]
      const inState = (s: string) => all.filter((i) => i.state === s && fits(i, anyState)).length
      const { priority: _, ...anyPriority } = { ...anyState, state, open }
      const names = Map.groupBy(
        all.filter((i) => fits(i, { open: true })),
        (i) => i.assignee ?? '',
      )
      return {
        states: Object.fromEntries(INCIDENT_STATES.map((s) => [s, inState(s)])) as never,
        priorities: Object.fromEntries(
          [1, 2, 3, 4].map((p) => [p, all.filter((i) => i.priority === p && fits(i, anyPriority)).length]),
        ) as never,
        assignees: [...names].map(([name, rows]) => ({ name, count: rows.length })),
      }
    },
    incidentRow: async (id) => incidents.get(id),
    async incident(id) {
      const incident = incidents.get(id)
      if (!incident) return undefined
      const of = [id, ...(incident.merged ?? []).map((m) => m.id)]
      const line = { decision: 'open', why: 'no open incident of this device', inputs: {} }
      return {
        ...incident,
        timeline: of.flatMap((one) => timeline.get(one) ?? []),
        evidence: of.flatMap((one) => world.evidence.get(one) ?? []),
        alarmRows: incident.alarms.flatMap((alarm) => alarms.get(alarm) ?? []),
        trace: [{ at: incident.openedAt, rule: incident.rule ?? '', ...line }],
        links: links
          .filter((l) => l.a === id || l.b === id)
          .flatMap(({ a, b, kind, by, at }) => {
            const other = incidents.get(a === id ? b : a)
            if (!other) return []
            const { number, title, state, customer } = other
            return [{ id: other.id, number, title, state, customer, kind, by, at }]
          }),
        attachments: [...files.values()]
          .filter((f) => f.used && of.includes(f.incident))
          .map(({ bytes, used, ...f }) => f),
        timelineCut: false,
      }
    },
  }

  function change(
    id: string,
    actor: string,
    with_: Partial<IncidentRow>,
    entry: { kind: TimelineEntry['kind']; text?: string; data?: Record<string, unknown> },
  ): Outcome<{ readonly id: string }> {
    const incident = incidents.get(id)
    if (!incident || incident.state === 'closed')
      return { ok: false, code: 'not-found', message: 'no such incident, or it is closed' }
    const response = incident.firstResponseAt ?? Date.now()
    const next = { ...incident, ...with_, ...(entry.kind === 'opened' ? {} : { firstResponseAt: response }) }
    incidents.set(id, next)
    const made = entryOf(id, entry.kind, entry.text ?? '', actor, Date.now(), entry.data)
    timeline.set(id, [...(timeline.get(id) ?? []), made])
    world.changed(next)
    return { ok: true, id }
  }
  const stale = (message: string): Outcome<never> => ({ ok: false, code: 'conflict', message })

  const actions: Pick<ApiDeps['actions'], 'addNote' | 'assign' | 'changeState'> = {
    addNote: async (id, actor, text) => change(id, actor, {}, { kind: 'note', text }),
    async assign(id, actor, assignee, from) {
      const is = incidents.get(id)?.assignee ?? null
      if (from !== undefined && from !== is)
        return stale(`somebody was faster: it is assigned to ${is ?? 'nobody'} now`)
      const data = { from: is, to: assignee }
      return change(id, actor, { assignee }, { kind: 'assigned', text: assignee ?? '', data })
    },
    async changeState(id, actor, state, text, { from, waitingFor, resolution } = {}) {
      const is = incidents.get(id)?.state
      if (from !== undefined && from !== is) return stale(`somebody was faster: it is ${is} now`)
      const open = state !== 'resolved' && state !== 'closed'
      const kind = open ? (is === 'resolved' ? 'reopened' : 'state') : state
      const more = { ...(waitingFor ? { waitingFor } : {}), ...(resolution ? { resolution } : {}) }
      const resolvedAt = open ? null : (incidents.get(id)?.resolvedAt ?? Date.now())
      const data = { from: is, to: state, ...more }
      return change(id, actor, { state, resolvedAt, ...more }, { kind, text, data })
    },
  }

  const book: IncidentBook = {
    async open(wish, actor) {
      const number = Math.max(1000, ...[...incidents.values()].map((i) => i.number)) + 1
      const id = `inc-${number}`
      const from = wish.alarms.flatMap((alarm) => alarms.get(alarm) ?? [])[0]
      const site = world.sites().find((s) => s.id === (wish.site ?? from?.site ?? wish.device?.split('.')[0]))
      if (!site) return { ok: false, code: 'bad-request', message: 'name a device, a site or alarms' }
      incidents.set(id, {
        ...{ id, number, title: wish.title, customer: site.customer, customerName: site.customerName },
        ...{ site: site.id, siteName: site.name, device: wish.device ?? null, deviceName: wish.device ?? null },
        ...{ state: 'new', impact: wish.impact, urgency: wish.urgency, priority: 3, tier: 1, rule: null },
        ...{ assignee: wish.take ? actor : null, openedAt: Date.now(), resolvedAt: null, closedAt: null },
        ...{ causeAlarm: null, alarms: [...wish.alarms], openAlarms: wish.alarms.length, follows: null, reopened: 0 },
      })
      return change(id, actor, {}, { kind: 'opened', text: wish.note || wish.title })
    },
    async take(id, wish, actor) {
      const incident = incidents.get(id)
      if (!incident) return { ok: false, code: 'not-found', message: 'no such incident, or it is closed' }
      const all = [...new Set([...incident.alarms, ...wish.alarms])]
      change(id, actor, { alarms: all, openAlarms: all.length }, { kind: 'alarms-in', text: wish.note })
      return { ok: true, items: wish.alarms.map((alarm) => ({ id: alarm, ok: true, problem: null })) }
    },
    async merge(id, { into, note }, actor) {
      const [from, to] = [incidents.get(id), incidents.get(into)]
      if (!from || !to) return { ok: false, code: 'not-found', message: 'no such incident, or it is closed' }
      const data = { from: { id, number: from.number, title: from.title }, into: { id: into, number: to.number } }
      const { number, site, device, rule, causeAlarm } = from
      change(
        into,
        actor,
        {
          alarms: [...to.alarms, ...from.alarms],
          openAlarms: to.openAlarms + from.openAlarms,
          merged: [...(to.merged ?? []), { id, number, site, device, rule, causeAlarm }],
        },
        { kind: 'merged', text: note, data },
      )
      const ended = { resolvedAt: Date.now(), closedAt: Date.now(), openAlarms: 0 }
      return change(
        id,
        actor,
        { state: 'closed', ...ended, mergedInto: { id: into, number: to.number } },
        { kind: 'merged', text: note, data },
      )
    },
    setTier: async (id, { tier, note, from }, actor) =>
      from !== undefined && from !== incidents.get(id)?.tier
        ? stale(`somebody was faster: it is in tier ${incidents.get(id)?.tier} now`)
        : change(id, actor, { tier }, { kind: 'tier', text: note, data: { from: incidents.get(id)?.tier, to: tier } }),
    setPriority: async (id, { impact, urgency, note }, actor) =>
      change(
        id,
        actor,
        { impact, urgency },
        { kind: 'priority', text: note, data: { from: incidents.get(id)?.priority, to: incidents.get(id)?.priority } },
      ),
    async link(id, to, kind, actor) {
      const at = links.findIndex((l) => [l.a, l.b].includes(id) && [l.a, l.b].includes(to))
      if (at >= 0) links.splice(at, 1)
      if (kind !== null) links.push({ a: id, b: to, kind, by: actor, at: Date.now() })
      const data = { to: { id: to, number: incidents.get(to)?.number }, kind }
      return change(id, actor, {}, { kind: kind === null ? 'unlinked' : 'linked', data })
    },
    async note(id, text, attachments, actor) {
      const held = attachments.flatMap((one) => files.get(one) ?? [])
      for (const file of held) file.used = true
      const shown = held.map(({ bytes, used, ...file }) => file)
      return change(id, actor, {}, { kind: 'note', text, data: { attachments: shown } })
    },
    async attach(incident, upload, actor) {
      const parts: Uint8Array[] = []
      for await (const part of upload.stream) parts.push(part)
      const bytes = Buffer.concat(parts)
      if (bytes.length > MAX_ATTACHMENT_BYTES) return { ok: true, tooLarge: true }
      const id = crypto.randomUUID()
      const type = bytes.subarray(1, 4).toString() === 'PNG' ? 'image/png' : 'application/octet-stream'
      const attachment: Attachment = {
        ...{ id, incident, name: plainFileName(upload.name), size: bytes.length, type, by: actor, at: Date.now() },
        sha256: createHash('sha256').update(bytes).digest('hex'),
      }
      files.set(id, { ...attachment, bytes, used: false })
      return { ok: true, attachment }
    },
    async detach(_, id) {
      files.delete(id)
      return { ok: true }
    },
    read(_, id) {
      const file = files.get(id)
      return file && { stream: Readable.from([file.bytes]), size: file.size, name: file.name, type: file.type }
    },
  }

  const notifications: PeopleReads['notifications'] = async (q) => ({
    items: q.incident === undefined ? [] : messagesOf(incidents.get(q.incident)),
    nextCursor: null,
  })

  return { reads, actions, book, notifications }
}

let entries = 0
function entryOf(
  incident: string,
  kind: TimelineEntry['kind'],
  text: string,
  actor: string,
  at: number,
  data: Record<string, unknown> = {},
): TimelineEntry {
  return { id: `${incident}-w${++entries}`, incident, at, kind, actor, text, data }
}

/** Others, so that every column of the board has something. */
function more(like: IncidentRow, now: number): IncidentRow[] {
  const make = (number: number, title: string, minutes: number, change: Partial<IncidentRow>): IncidentRow => ({
    ...like,
    ...{ id: `inc-${number}`, number, title, openedAt: now - minutes * 60_000, alarms: [], causeAlarm: null },
    ...change,
  })
  const hq = {
    site: 'hq',
    siteName: 'Head office',
    customer: 'acme',
    customerName: 'Acme Ltd',
    device: null,
    deviceName: null,
  }
  return [
    make(1038, '客户来电：三楼会议室无线时断时续，视频会议无法进行', 52, {
      ...{ ...hq, state: 'new', priority: 3, impact: 'medium', urgency: 'medium', rule: null, openAlarms: 0 },
    }),
    make(1037, 'Core switch 1: power supply 2 has failed', 300, {
      ...{
        ...hq,
        state: 'waiting',
        priority: 2,
        urgency: 'medium',
        waitingFor: 'part',
        assignee: 'wei.zhang',
        tier: 2,
      },
      ...{ firstResponseAt: now - 288 * 60_000 },
    }),
    make(1036, 'Line 3 UPS battery has to be replaced', 1500, {
      ...{ state: 'on-site', priority: 3, impact: 'low', assignee: 'lena', tier: 3, device: null, deviceName: null },
      ...{ firstResponseAt: now - 1450 * 60_000 },
    }),
    make(1033, 'Line 7 switch did not answer', 9000, {
      ...{
        state: 'closed',
        openAlarms: 0,
        assignee: 'lena',
        resolution: 'fixed',
        firstResponseAt: now - 8990 * 60_000,
      },
      ...{ resolvedAt: now - 8900 * 60_000, closedAt: now - 8000 * 60_000 },
    }),
  ]
}

function messagesOf(incident: IncidentRow | undefined): NotificationRow[] {
  if (incident === undefined || incident.rule === null) return []
  const of = (
    n: number,
    recipient: string,
    state: NotificationRow['state'],
    answer: string | null,
  ): NotificationRow => ({
    ...{ key: `${incident.id}-m${n}`, channel: recipient.split('/')[0] as string, recipient, incident: incident.id },
    ...{ incidentNumber: incident.number, alarms: incident.alarms, route: null, transition: 'opened', state },
    ...{ at: incident.openedAt + 15_000 + n, attempts: 1, nextAt: null, answer, fault: null },
  })
  return [of(1, 'noc-wecom', 'sent', null), of(2, 'mail/lena@example.net', 'failed', '550 mailbox is full')]
}
