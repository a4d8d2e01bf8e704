// What people do with incidents beyond a note: open one, put alarms together, merge, link, attach files. Wiring of API,
// judgement, store and disk; each change is one turn.
import { join } from 'node:path'
import type { Logger } from 'pino'
import { plainFileName } from '#shared/domain/attachment-name.ts'
import type { Incident } from '#shared/domain/incident.ts'
import { MAX_ATTACHMENT_BYTES } from '#shared/http/incidents.ts'
import type { IncidentBook, Outcome } from './api/deps.ts'
import type { Reads } from './api/reads.ts'
import type { Judgement } from './evaluation.ts'
import { type By, isRefusal, type Refusal } from './incidents/people-actions.ts'
import type { Turns } from './ingest/evaluation.ts'
import { createAttachmentFiles } from './storage/attachment-files.ts'
import { type AttachmentWrite, type ChangeSet, emptyChangeSet, type StoredAttachment } from './storage/change-set.ts'
import type { AttachmentStore } from './storage/sqlite/attachment-store.ts'

export interface IncidentDeskParts {
  readonly dir: string
  readonly stores: { readonly attachments: AttachmentStore; readonly reads: Pick<Reads, 'incidentRow'> }
  readonly judgement: Judgement
  readonly turns: () => Turns<ChangeSet>
  readonly now: () => number
  readonly log: Logger
}

const UNUSED_MS = 24 * 3_600_000
const MOST_FILES = 200
const MOST_BYTES = 500 * 1024 * 1024
/** By all, and by one person: a slow line takes no place from others. */
const SENT_AT_ONCE = 16
const SENT_BY_ONE = 2
const MOST_LINKS = 100
const REPEAT_MS = 60_000
const MOST_OPENED = 200

export function createIncidentDesk(parts: IncidentDeskParts): IncidentBook {
  const { judgement, now, log } = parts
  const { attachments: store, reads } = parts.stores
  const files = createAttachmentFiles(join(parts.dir, 'attachments'))
  const orphans = files.keepOnly(store.ids())
  if (orphans > 0) log.warn({ files: orphans }, 'attached files without a row were removed')
  /** What was asked for lately: asked once more after an answer that was lost, it is the same incident. */
  const opened = new Map<string, { readonly id: string; readonly at: number }>()
  /** Who sends a file now, once for each. */
  const coming: string[] = []

  /** One turn, with what follows from it. */
  const turn = <T extends object>(
    actor: string,
    work: (by: By, changes: ChangeSet) => T | Refusal,
  ): Promise<Outcome<T>> =>
    parts.turns().run((at) => {
      let refusal: Refusal | undefined
      const done = judgement.settled((changes) => {
        const value = work({ actor, at }, changes)
        if (isRefusal(value)) refusal = value
        return () => value
      }, at)
      return { changes: done.changes, value: refusal ? outcomeOf(refusal) : outcomeOf(done.value as T) }
    })

  /** Alarms say where they are now. */
  function moved(alarms: readonly string[], to: Incident, by: By, changes: ChangeSet): void {
    for (const id of alarms) {
      if (judgement.alarms.get(id) === undefined) continue
      const alarm = judgement.alarms.setIncident(id, to.id)
      judgement.suppression.inIncident(id)
      const note = `in incident ${to.number} now`
      changes.alarms.push({ alarm, action: 'update', at: by.at, actor: by.actor, late: false, note })
    }
  }

  const alarmsOf = (ids: readonly string[]) => ids.flatMap((id) => judgement.alarms.get(id) ?? [])

  /** Those that no note holds when their turn has come: one may have been taken meanwhile. Answers how many went. */
  async function drop(ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0
    const gone = await parts.turns().run(() => {
      const unused = ids.filter((id) => store.get(id)?.used === false)
      const attachments = unused.map((id) => ({ write: 'drop', id }) as const)
      return { changes: { ...emptyChangeSet(), attachments }, value: unused }
    })
    for (const id of gone) await files.remove(id)
    return gone.length
  }

  /** Whether there is room in its incident when its turn has come: others may have come meanwhile. */
  const added = (attachment: StoredAttachment): Promise<boolean> =>
    parts.turns().run(() => {
      const fits = hasRoom(store.totals(attachment.incident))
      const attachments: AttachmentWrite[] = fits ? [{ write: 'add', attachment }] : []
      return { changes: { ...emptyChangeSet(), attachments }, value: fits }
    })

  return {
    open: (wish, actor) =>
      turn(actor, (by, changes) => {
        const { incidents, inventory } = judgement
        const asked = JSON.stringify([actor, wish])
        const before = opened.get(asked)
        if (before && by.at - before.at < REPEAT_MS && incidents.get(before.id)) return { id: before.id }
        const { title, impact, urgency, note } = wish
        const alarms = alarmsOf(wish.alarms)
        if (alarms.length < wish.alarms.length) return invalid('an alarm is not there any more')
        if (wish.device !== undefined && !inventory.device(wish.device)) return invalid('there is no such device')
        const [first] = alarms
        const device = wish.device ?? sameOf(alarms.map((a) => a.device)) ?? null
        const site = (device === null ? undefined : inventory.device(device)?.site) ?? wish.site ?? first?.site
        const customer = site === undefined ? undefined : inventory.site(site)?.customer
        if (site === undefined || customer === undefined) return invalid('name a device, a site or alarms')
        if (alarms.some((alarm) => alarm.customer !== customer)) return invalid('the alarms are of several customers')
        const draft = { customer, site, device, title, impact, urgency, note }
        const { id } = incidents.openByHand(draft, by, changes)
        if (alarms.length > 0) {
          const taken = incidents.take(id, alarms, '', by, changes)
          if (isRefusal(taken)) return taken
          moved(taken.moved, taken.incident, by, changes)
        }
        if (wish.take) incidents.assign(id, by, actor, changes)
        opened.delete(asked)
        opened.set(asked, { id, at: by.at })
        for (const old of opened.keys()) if (opened.size > MOST_OPENED) opened.delete(old)
        return { id }
      }),
    take: (id, wish, actor) =>
      turn(actor, (by, changes) => {
        const taken = judgement.incidents.take(id, alarmsOf(wish.alarms), wish.note, by, changes)
        if (isRefusal(taken)) return taken
        moved(taken.moved, taken.incident, by, changes)
        const done = new Set(taken.moved)
        const problem = (alarm: string) => taken.problems.get(alarm) ?? 'there is no such alarm any more'
        return {
          items: wish.alarms.map((alarm) => ({
            ...{ id: alarm, ok: done.has(alarm) },
            problem: done.has(alarm) ? null : problem(alarm),
          })),
        }
      }),
    merge: (from, { into, note }, actor) =>
      turn(actor, (by, changes) => {
        const merged = judgement.incidents.merge(from, into, note, by, changes, judgement.alarms.get)
        if (isRefusal(merged)) return merged
        moved(merged.alarms, merged.incident, by, changes)
        return { id: into }
      }),
    setTier: (id, { tier, note, from }, actor) =>
      turn(actor, (by, changes) => judgement.incidents.setTier(id, by, tier, note, changes, from)),
    setPriority: (id, { impact, urgency, note, from }, actor) =>
      turn(actor, (by, changes) => judgement.incidents.setPriority(id, by, { impact, urgency }, note, changes, from)),
    async link(id, to, kind, actor) {
      const other = await reads.incidentRow(to)
      if (!other) return { ok: false, code: 'not-found', message: 'there is no such incident' }
      return turn(actor, (by, changes) => {
        const known = store.linkOf(id, to)
        const incident = judgement.incidents.get(id)
        // asked for once more after an answer that was lost
        if (incident && (known ?? null) === kind) return incident
        if (known === undefined && [id, to].some((one) => store.linkCount(one) >= MOST_LINKS))
          return { refused: `an incident stands beside at most ${MOST_LINKS} others`, code: 'not-allowed' }
        return judgement.incidents.link(id, by, other, kind, changes)
      })
    },
    note: (id, text, attachments, actor) =>
      turn(actor, (by, changes) => {
        const ids = [...new Set(attachments)]
        const held = ids.flatMap((one) => store.get(one) ?? [])
        if (held.some((one) => one.incident !== id || one.used || one.by !== actor) || held.length < ids.length)
          return invalid('an attached file is not there any more: attach it again')
        const shown = held.map(({ used: _, ...one }) => one)
        const data = shown.length > 0 ? { attachments: shown } : {}
        const noted = judgement.incidents.note(id, by, text, changes, data)
        if (!isRefusal(noted) && ids.length > 0) changes.attachments.push({ write: 'use', ids, incident: id })
        return noted
      }),
    async attach(incident, upload, actor) {
      if (judgement.incidents.get(incident) === undefined)
        return { ok: false, code: 'conflict', message: 'the incident is closed' }
      if (!hasRoom(store.totals(incident))) return NO_ROOM
      if (coming.length >= SENT_AT_ONCE || coming.filter((who) => who === actor).length >= SENT_BY_ONE)
        return {
          ok: false,
          code: 'conflict',
          message: 'too many files at once: wait for one to arrive, then try again',
        }
      coming.push(actor)
      try {
        await drop(store.unusedBefore(now() - UNUSED_MS))
        const id = crypto.randomUUID()
        const saved = await files.save(id, upload.stream, MAX_ATTACHMENT_BYTES)
        if (saved === 'too-large') return { ok: true, tooLarge: true }
        if (saved === 'no-space') return { ok: false, code: 'conflict', message: 'the collector has no room for files' }
        const name = plainFileName(upload.name)
        const attachment = { id, incident, name, ...saved, by: actor, at: now() }
        let isKept = false
        try {
          isKept = await added({ ...attachment, used: false })
        } finally {
          if (!isKept) await files.remove(id)
        }
        return isKept ? { ok: true, attachment } : NO_ROOM
      } finally {
        coming.splice(coming.indexOf(actor), 1)
      }
    },
    async detach(incident, id, actor) {
      const known = store.get(id)
      const isTheirs = known !== undefined && known.incident === incident && known.by === actor
      if (isTheirs && (await drop([id])) > 0) return { ok: true }
      return { ok: false, code: 'not-found', message: 'there is no such file that no note holds' }
    },
    read(incident, id) {
      const attachment = store.get(id)
      if (attachment === undefined || attachment.incident !== incident) return undefined
      const file = files.read(id)
      return file && { ...file, name: attachment.name, type: attachment.type }
    },
  }
}

const hasRoom = ({ files, bytes }: { readonly files: number; readonly bytes: number }): boolean =>
  files < MOST_FILES && bytes < MOST_BYTES

const NO_ROOM: Outcome<never> = {
  ok: false,
  code: 'conflict',
  message: `an incident has at most ${MOST_FILES} files and 500 MB of them`,
}

function outcomeOf<T extends object>(value: T | Refusal): Outcome<T> {
  if (!isRefusal(value)) return { ...value, ok: true }
  const code = { 'not-found': 'not-found', 'not-allowed': 'conflict', invalid: 'bad-request' } as const
  return { ok: false, code: code[value.code], message: value.refused }
}

const invalid = (refused: string): Refusal => ({ refused, code: 'invalid' })

/** What all of them are; undefined when they differ or there are none. */
const sameOf = <T>(all: readonly T[]): T | undefined => (all.every((one) => one === all[0]) ? all[0] : undefined)
