// Everything one turn writes besides records: one transaction, then application acks, then live updates.

import type { Incident, LinkKind, TimelineEntry } from '#shared/domain/incident.ts'
import type { Agent, Device } from '#shared/domain/inventory.ts'
import type { AccessWrite } from '../access/access-store.ts'
import type { ViewWrite } from '../alarm-board/saved-views.ts'
import type { AlarmChange } from '../alarms/alarm-change.ts'
import type { Decision } from '../cause/decisions.ts'
import type { DiagnosticRequest } from '../diagnostics/request.ts'
import type { DiscoveryWrite } from '../discovery/discovery-store.ts'
import type { EnrolmentWrite } from '../enrolment/enrolment-store.ts'
import type { PlaybookOfProfile } from '../inventory/playbooks.ts'
import type { KioskWrite } from '../kiosk/kiosk-store.ts'
import type { NotifyBookWrite } from '../notify/book-store.ts'
import type { NotificationIntent, NotifyStateChange, ToldChange } from '../notify/intent.ts'
import type { ManagedWrite } from '../site-config/config-store.ts'
import type { SuppressionWrite } from '../suppression/suppression-store.ts'
import type { TopologyWrite } from '../topology/topology-store.ts'

/** A rule's memory for one subject (series or event key); only what changed. `state` null deletes it. */
export interface RuleStateChange {
  readonly rule: string
  readonly subject: string
  readonly state: unknown
}

/** One line per open, keep, suppress, notify, skip: why. */
export interface TraceLine {
  readonly at: number
  readonly alarm: string | null
  readonly incident: string | null
  readonly rule: string
  readonly decision:
    | 'raise'
    | 'update'
    | 'clear'
    | 'keep'
    | 'open'
    | 'attach'
    | 'resolve'
    | 'suppress'
    | 'unsuppress'
    | 'notify'
    | 'skip'
  readonly why: string
  readonly inputs: Readonly<Record<string, unknown>>
  /** What decided, when neither the decision nor `inputs.by` says so. */
  readonly gate?: string
  /** ms UTC until when it holds; absent: `inputs.until`, else until something else happens. */
  readonly until?: number | null
  /** Version of the rule as it was; filled in when the turn is done. */
  readonly ruleVersion?: string
}

export interface AuditEntry {
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** Two incidents that people put beside each other; `kind` null: no longer. */
export interface LinkWrite {
  readonly a: string
  readonly b: string
  readonly kind: LinkKind | null
  readonly by: string
  readonly at: number
}

/** A file at an incident: `add` when it has come, `use` when a note holds it, `drop` when nobody wanted it. */
export type AttachmentWrite =
  | { readonly write: 'add'; readonly attachment: StoredAttachment }
  | { readonly write: 'use'; readonly ids: readonly string[]; readonly incident: string }
  | { readonly write: 'drop'; readonly id: string }

export interface StoredAttachment {
  readonly id: string
  readonly incident: string
  readonly name: string
  /** Bytes. */
  readonly size: number
  readonly type: string
  /** Hex. */
  readonly sha256: string
  readonly by: string
  readonly at: number
  /** Whether a note holds it. */
  readonly used: boolean
}

export interface ChangeSet {
  /** Latest state is inside each change; the store upserts it and keeps the change as history. */
  readonly alarms: AlarmChange[]
  readonly incidents: Incident[]
  readonly timeline: TimelineEntry[]
  readonly incidentLinks: LinkWrite[]
  readonly attachments: AttachmentWrite[]
  readonly ruleStates: RuleStateChange[]
  readonly devices: Device[]
  readonly agents: Agent[]
  readonly playbooks: PlaybookOfProfile[]
  readonly notifications: NotificationIntent[]
  /** Where recipients stand with alarms. */
  readonly told: ToldChange[]
  readonly notifyState: NotifyStateChange[]
  /** Channels and routes made in the console. */
  readonly notifyBook: NotifyBookWrite[]
  readonly diagnostics: DiagnosticRequest[]
  /** Final states of diagnostics: evidence rows to update. */
  readonly diagnosticResults: {
    readonly command: string
    readonly state: 'done' | 'failed' | 'refused' | 'expired' | 'not-run'
    readonly at: number
    readonly result: unknown
    readonly error: string | null
  }[]
  readonly trace: TraceLine[]
  /** Accounts, sessions and tokens. */
  readonly access: AccessWrite[]
  /** Enrolment tokens and requests, identities, certificates. */
  readonly enrolment: EnrolmentWrite[]
  /** What is kept for sites: customers, sites, devices, credentials, settings, profiles. */
  readonly siteConfig: ManagedWrite[]
  /** Sweeps and what they propose. */
  readonly discovery: DiscoveryWrite[]
  /** Neighbours as told, links, units. */
  readonly topology: TopologyWrite[]
  /** What people decided about causes. */
  readonly causes: Decision[]
  /** Maintenance windows and inhibitions. */
  readonly suppression: SuppressionWrite[]
  /** Links of wallboards and their screens. */
  readonly kiosks: KioskWrite[]
  /** Saved views of the alarm list. */
  readonly alarmViews: ViewWrite[]
  readonly audit: AuditEntry[]
}

export function emptyChangeSet(): ChangeSet {
  return {
    alarms: [],
    incidents: [],
    timeline: [],
    incidentLinks: [],
    attachments: [],
    ruleStates: [],
    devices: [],
    agents: [],
    playbooks: [],
    notifications: [],
    told: [],
    notifyState: [],
    notifyBook: [],
    diagnostics: [],
    diagnosticResults: [],
    trace: [],
    access: [],
    enrolment: [],
    siteConfig: [],
    discovery: [],
    topology: [],
    causes: [],
    suppression: [],
    alarmViews: [],
    kiosks: [],
    audit: [],
  }
}

/** True when there is nothing to write. */
export function isEmptyChangeSet(changes: ChangeSet): boolean {
  for (const key in changes) if (changes[key as keyof ChangeSet].length > 0) return false
  return true
}

/** Appends all of `more` to `changes`. */
export function addChanges(changes: ChangeSet, more: ChangeSet): void {
  for (const key of Object.keys(changes) as (keyof ChangeSet)[]) {
    const into = changes[key] as unknown[]
    for (const item of more[key]) into.push(item)
  }
}

/** A part of storage that writes its share of a change set. Called inside the turn's transaction; throws to roll back. */
export interface ChangeWriter {
  write(changes: ChangeSet, now: number): void
}
