// What the API is given. It decides nothing about alarms or incidents: it checks who asks, checks the form, and passes on.

import type { Readable } from 'node:stream'
import type { Logger } from 'pino'
import type { z } from 'zod'
import type { TrapEvent } from '#shared/domain/device-event.ts'
import type { IncidentState, LinkKind } from '#shared/domain/incident.ts'
import type { Severity } from '#shared/domain/severity.ts'
import type { SuppressedBy } from '#shared/domain/suppression.ts'
import type { Link } from '#shared/domain/topology.ts'
import type { AuditProgress, AuditVerification, Readiness } from '#shared/http/administration.ts'
import type { OperatorAction } from '#shared/http/alarms.ts'
import type { BackTest, ShadowRecord, StartBackTest } from '#shared/http/back-tests.ts'
import type { IncidentCause, Regroup, RegroupResult, SiteDependencies } from '#shared/http/cause.ts'
import type { HealthPart } from '#shared/http/health.ts'
import type {
  Attachment,
  ChangePriority,
  ChangeTier,
  MergeIncident,
  OpenIncident,
  TakeAlarms,
  TakenAlarms,
} from '#shared/http/incidents.ts'
import type { LatestSample } from '#shared/http/inventory.ts'
import type { DeviceWork, WindowBody, WindowListQuery, WindowPreview, WindowRow } from '#shared/http/maintenance.ts'
import type {
  ChannelRow,
  ChannelTestResult,
  RouteRow,
  SaveChannel,
  SaveRoute,
  TriedRoute,
} from '#shared/http/notifications.ts'
import type { Page, PageQuery } from '#shared/http/paging.ts'
import type { SampleCopy, SampleQuery, SampleResult } from '#shared/http/records.ts'
import type { RuleEvaluation, RulePreview, RuleProblem, RuleRow } from '#shared/http/rules.ts'
import type { InhibitionBody, InhibitionList } from '#shared/http/suppression.ts'
import type { AssetList, LinkDraft, NeighbourList, SiteLinks } from '#shared/http/topology.ts'
import type {
  TrapDefinitionBody,
  TrapDefinitionDetail,
  TrapDefinitionList,
  TrapDefinitionQuery,
  TrapMeaning,
  TrapPreview,
  UnknownTrapDetail,
  UnknownTrapList,
  UnknownTrapQuery,
} from '#shared/http/traps.ts'
import type { Access, Principal } from '../access/access.ts'
import type { DiscoveryBook } from '../discovery/discovery.ts'
import type { Enrolment } from '../enrolment/enrolment.ts'
import type { StateDetail } from '../incidents/people-actions.ts'
import type { Kiosks, KioskViewer } from '../kiosk/kiosk.ts'
import type { OverviewBook } from '../overview/overview.ts'
import type { SiteConfigBook } from '../site-config/site-config.ts'
import type { AlarmDesk } from './alarm-desk.ts'
import type { Boards } from './boards.ts'
import type { DeviceTestBook } from './device-test-book.ts'
import type { LiveHub } from './live-hub.ts'
import type { Reads } from './reads.ts'

/** `not-found`, `conflict` and `bad-request` become answers; anything else is thrown. */
export type Outcome<T = object> =
  | ({ readonly ok: true } & T)
  | {
      readonly ok: false
      readonly code: 'not-found' | 'conflict' | 'bad-request'
      readonly message: string
      readonly details?: readonly { readonly path: string; readonly message: string }[]
    }

/** Every change a person asks for: one turn, one transaction, with its audit entry. */
export interface Actions {
  alarmAction(
    action: OperatorAction,
    ids: readonly string[],
    options: {
      readonly actor: string
      readonly note: string
      readonly until: number | undefined
      /** Null: nobody. */
      readonly owner?: string | null | undefined
      /** Null: what the rule says. */
      readonly severity?: Severity | null | undefined
    },
  ): Promise<{ id: string; ok: boolean; problem: string | null }[]>
  addNote(incident: string, actor: string, text: string): Promise<Outcome>
  /** `from`: who it was seen assigned to. */
  assign(incident: string, actor: string, assignee: string | null, from?: string | null): Promise<Outcome>
  changeState(
    incident: string,
    actor: string,
    state: IncidentState,
    note: string,
    detail?: StateDetail,
  ): Promise<Outcome>
  requestDiagnostic(wish: {
    readonly incident: string | null
    readonly device: string
    readonly action: string
    readonly arguments: Readonly<Record<string, unknown>>
    readonly actor: string
  }): Promise<Outcome<{ readonly command: string }>>
  saveRule(
    rule: Record<string, unknown>,
    enabled: boolean,
    id: string | undefined,
    actor: string,
    wish?: {
      readonly version?: string | undefined
      readonly replace?: boolean
      readonly untested?: string | undefined
    },
  ): Promise<Outcome<{ readonly id: string }>>
  saveOverrides(rule: string, overrides: readonly unknown[], version: string, actor: string): Promise<Outcome>
  deleteRule(id: string, actor: string, version?: string): Promise<Outcome>
  /** Writes an audit entry for what access did. */
  audit(actor: string, action: string, subject: string, detail?: Record<string, unknown>): Promise<void>
}

/** What people do with incidents beyond their state. */
export interface IncidentBook {
  open(wish: OpenIncident, actor: string): Promise<Outcome<{ readonly id: string }>>
  take(incident: string, wish: TakeAlarms, actor: string): Promise<Outcome<z.infer<typeof TakenAlarms>>>
  merge(incident: string, wish: z.infer<typeof MergeIncident>, actor: string): Promise<Outcome>
  setTier(incident: string, wish: z.infer<typeof ChangeTier>, actor: string): Promise<Outcome>
  setPriority(incident: string, wish: z.infer<typeof ChangePriority>, actor: string): Promise<Outcome>
  /** `kind` null takes the link away. */
  link(incident: string, to: string, kind: LinkKind | null, actor: string): Promise<Outcome>
  note(incident: string, text: string, attachments: readonly string[], actor: string): Promise<Outcome>
  attach(
    incident: string,
    upload: { readonly name: string; readonly stream: AsyncIterable<Uint8Array> },
    actor: string,
  ): Promise<Outcome<{ readonly attachment?: Attachment; readonly tooLarge?: true }>>
  /** Only what the same person attached and no note holds. */
  detach(incident: string, attachment: string, actor: string): Promise<Outcome>
  read(
    incident: string,
    attachment: string,
  ): { readonly stream: Readable; readonly size: number; readonly name: string; readonly type: string } | undefined
}

/** Who stands beside whom. */
export interface TopologyBook {
  /** Undefined for an unknown device. */
  neighbours(device: string): NeighbourList | undefined
  assets(device: string): AssetList
  links(site: string): SiteLinks
  draw(site: string, draft: LinkDraft, actor: string): Promise<Outcome<{ readonly link: Link }>>
  erase(site: string, link: string, actor: string): Promise<Outcome>
}

/** What depends on what, what is the cause of an incident, and how people group alarms otherwise. */
export interface CauseBook {
  /** Undefined for a site without devices. */
  dependencies(site: string): SiteDependencies | undefined
  /** Undefined for an incident that is closed or unknown. */
  causeOf(incident: string): IncidentCause | undefined
  regroup(incident: string, wish: Regroup, actor: string): Promise<Outcome<{ readonly items: RegroupResult['items'] }>>
}

/** What traps mean, and those that nobody knows. */
export interface TrapBook {
  /** `device`: collector-wide id. Undefined when no definition fits. */
  meaning(event: TrapEvent, device: string | null): TrapMeaning | undefined
  definitions(query: TrapDefinitionQuery): TrapDefinitionList
  definition(oid: string): TrapDefinitionDetail | undefined
  save(oid: string, definition: TrapDefinitionBody, actor: string): Promise<Outcome>
  remove(oid: string, actor: string): Promise<Outcome>
  unknown(query: UnknownTrapQuery): UnknownTrapList
  unknownDetail(oid: string): UnknownTrapDetail | undefined
  preview(oid: string, definition: TrapDefinitionBody): Promise<TrapPreview>
  ignore(oid: string, ignored: boolean, actor: string): Promise<Outcome>
}

/** Rules tried on the stored past, and rules in shadow. */
export interface BackTestBook {
  start(ask: z.infer<typeof StartBackTest>, actor: string): Promise<Outcome<{ readonly test: BackTest }>>
  get(id: string): BackTest | undefined
  /** Newest first. */
  list(): readonly BackTest[]
  cancel(id: string): Outcome
  /** The last that was done of a rule. */
  last(rule: string): (BackTest & { readonly stale: boolean }) | undefined
  /** Undefined for an unknown rule. */
  shadow(rule: string, query: PageQuery): ShadowRecord | undefined
}

/** Maintenance windows and inhibitions. */
export interface SuppressionBook {
  /** How many alarms each gate holds now. */
  counts(): Readonly<Record<SuppressedBy, number>>
  windows(query: WindowListQuery): Page<WindowRow>
  window(id: string): WindowRow | undefined
  /** When work on a device was or will be, between two times (ms UTC). */
  workOn(device: string, from: number, to: number): DeviceWork
  addWindow(body: WindowBody, actor: string): Promise<Outcome<{ readonly id: string }>>
  changeWindow(id: string, body: WindowBody, version: number, actor: string): Promise<Outcome<{ readonly id: string }>>
  removeWindow(id: string, version: number, actor: string): Promise<Outcome<{ readonly id: string }>>
  /** The running occurrence ends now. */
  endWindow(id: string, actor: string): Promise<Outcome<{ readonly id: string }>>
  extendWindow(id: string, until: number, actor: string): Promise<Outcome<{ readonly id: string }>>
  previewWindow(body: WindowBody): Outcome<{ readonly preview: WindowPreview }>
  inhibitions(): InhibitionList
  saveInhibition(body: InhibitionBody, version: number, actor: string): Promise<Outcome>
  removeInhibition(id: string, version: number, actor: string): Promise<Outcome>
}

export interface ApiDeps {
  readonly version: string
  readonly startedAt: number
  readonly commandKey: string
  readonly access: Access
  readonly reads: Reads
  readonly actions: Actions
  readonly rules: {
    list(): Promise<RuleRow[]>
    problems(): readonly RuleProblem[]
    evaluations(id: string): Promise<RuleEvaluation[] | undefined>
    preview(rule: Record<string, unknown>): Promise<RulePreview>
  }
  readonly identities: {
    readonly enrolment: Enrolment
    /** Where agents reach this API, e.g. https://collector.example.net:8080. */
    url(): string
  }
  /** Customers, sites and what is kept for them here. */
  readonly siteConfig: SiteConfigBook
  readonly discovery: DiscoveryBook
  readonly deviceTests?: DeviceTestBook
  readonly topology: TopologyBook
  readonly alarmDesk?: AlarmDesk
  readonly incidents?: IncidentBook
  readonly causes?: CauseBook
  readonly traps?: TrapBook
  readonly suppression?: SuppressionBook
  readonly overview?: OverviewBook
  readonly backTests?: BackTestBook
  readonly samples: {
    query(query: SampleQuery, now: number): Promise<SampleResult>
    latest(device: string): Promise<LatestSample[]>
    /** Absent when samples are not copied elsewhere. */
    copy?(): SampleCopy['copy']
  }
  readonly channels: {
    list(): Promise<ChannelRow[]>
    test(id: string): Promise<ChannelTestResult | undefined>
    save(id: string | undefined, draft: SaveChannel, actor: string): Promise<Outcome>
    remove(id: string, version: number, actor: string): Promise<Outcome>
  }
  readonly notificationRoutes: {
    list(): RouteRow[]
    save(id: string | undefined, draft: SaveRoute, actor: string): Promise<Outcome>
    remove(id: string, version: number, actor: string): Promise<Outcome>
    /** Undefined for an unknown alarm. */
    try(alarm: string, at: number | undefined): TriedRoute[] | undefined
  }
  /** Links of wallboards, and what these read. */
  readonly kiosks: Kiosks
  readonly boards: Boards
  readonly audit: { verify(): Promise<AuditVerification>; progress(): AuditProgress }
  readonly readiness: () => Readiness
  readonly figures: () => Record<string, number>
  /** How it is, part by part; absent where nobody looks. */
  readonly health?: () => Promise<readonly HealthPart[]>
  /** Prometheus text. */
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>
  /** Command key an agent said it trusts, undefined when it said nothing yet. */
  readonly trustedKey: (agent: string) => string | undefined
  readonly live: LiveHub
  readonly now: () => number
  readonly log: Logger
  readonly http: {
    readonly tls?:
      | {
          readonly cert: string
          readonly key: string
          /** Calls `listener` with each new certificate. */
          onChange?(listener: (next: { cert: string; key: string }) => void): void
        }
      | undefined
    readonly trustedProxies: readonly string[]
    /** Folder of the built console. */
    readonly consoleDir: string
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every route that is not public. */
    principal: Principal | null
    /** Set by the guard on every route of wallboards. */
    viewer: KioskViewer | null
  }
}
