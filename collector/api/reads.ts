// What the API needs to read. Storage implements it; every list is bounded by its query's limit.

import type { Evidence } from '#shared/domain/incident.ts'
import type { AuditListQuery, AuditRow } from '#shared/http/administration.ts'
import type { HistoryQuery, HistoryRow } from '#shared/http/alarm-history.ts'
import type { AlarmDetail, AlarmListQuery, AlarmPage, AlarmRow } from '#shared/http/alarms.ts'
import type {
  IncidentCounts,
  IncidentCountsQuery,
  IncidentDetail,
  IncidentListQuery,
  IncidentRow,
} from '#shared/http/incidents.ts'
import type { AgentRow, CustomerRow, DeviceListQuery, DeviceRow, SiteRow } from '#shared/http/inventory.ts'
import type { ChannelRow, NotificationListQuery, NotificationRow, ToldRow } from '#shared/http/notifications.ts'
import type { Page, PageQuery } from '#shared/http/paging.ts'
import type {
  EventListQuery,
  EventPage,
  GapListQuery,
  GapRow,
  QuarantineListQuery,
  QuarantineRow,
} from '#shared/http/records.ts'
import type { SuppressedPage, SuppressedQuery } from '#shared/http/suppression.ts'
import type { TracePage, TraceQuery, TraceRow } from '#shared/http/trace.ts'

/** Ids of the customers whose rows are wanted; absent or null: of all. */
export type Only = readonly string[] | null

export type Owned = 'alarm' | 'incident' | 'device' | 'site' | 'agent'

export interface ScopeReads {
  /** The customer a thing belongs to; undefined when there is no such thing. */
  customerOf(kind: Owned, id: string): Promise<string | undefined>
}

export interface InventoryReads {
  customers(query: PageQuery, only?: Only): Promise<Page<CustomerRow>>
  sites(
    query: PageQuery & { customer?: string | undefined; q?: string | undefined },
    only?: Only,
  ): Promise<Page<SiteRow>>
  customer(id: string): Promise<CustomerRow | undefined>
  site(id: string): Promise<SiteRow | undefined>
  agents(query: PageQuery, only?: Only): Promise<Page<Omit<AgentRow, 'commandKeyMatches'>>>
  agent(id: string): Promise<Omit<AgentRow, 'commandKeyMatches'> | undefined>
  devices(query: DeviceListQuery, only?: Only): Promise<Page<DeviceRow>>
  device(id: string): Promise<DeviceRow | undefined>
}

export interface AlarmReads {
  alarms(query: AlarmListQuery, only?: Only): Promise<Omit<AlarmPage, 'liveId'>>
  alarm(id: string): Promise<AlarmDetail | undefined>
  alarmRows(ids: readonly string[]): Promise<AlarmRow[]>
}

export interface AlarmHourReads {
  /** Alarms raised and cleared by hour (whole hours since 1970 UTC) from `fromHour` on; hours with nothing are left out. */
  alarmHours(fromHour: number, only?: Only): { hour: number; raised: number; cleared: number }[]
  /** When the last alarm cleared (ms UTC), null: none is known. */
  lastClear(only?: Only): number | null
}

export interface HistoryReads {
  /** Episodes of alarms, the newest first. */
  alarmHistory(query: HistoryQuery, only?: Only): Promise<Page<HistoryRow>>
}

export interface IncidentReads {
  incidents(query: IncidentListQuery, only?: Only): Promise<Page<IncidentRow>>
  incidentCounts(query: IncidentCountsQuery, only?: Only): Promise<IncidentCounts>
  incidentRow(id: string): Promise<IncidentRow | undefined>
  incident(id: string): Promise<IncidentDetail | undefined>
  evidence(filter: { incident?: string; device?: string; command?: string }): Promise<Evidence[]>
}

export interface RecordReads {
  events(query: EventListQuery, only?: Only): Promise<EventPage>
  quarantine(query: QuarantineListQuery, only?: Only): Promise<Page<QuarantineRow>>
  gaps(query: GapListQuery, only?: Only): Promise<Page<GapRow>>
}

export interface PeopleReads {
  audit(query: AuditListQuery): Promise<Page<AuditRow>>
  /** With `only`: messages about nothing but things of these customers. */
  notifications(query: NotificationListQuery, only?: Only): Promise<Page<NotificationRow>>
  /** Queued and failed messages and the last success, by channel. */
  channelFigures(): Promise<
    ReadonlyMap<string, Pick<ChannelRow, 'queued' | 'failed' | 'lastSentAt' | 'failingSince' | 'lastProblem'>>
  >
  counts(only?: Only): Promise<{
    alarms: Record<string, number>
    openIncidents: number
    agents: { online: number; unknown: number; never: number }
    devices: { up: number; down: number; unknown: number }
  }>
}

export interface TraceReads {
  /** Lines of trace of one alarm. */
  traceOf(alarm: string, query: TraceQuery): Promise<TracePage>
  /** The newest lines that say why something was held back or left out, or that it no longer is; newest first. */
  holdsOf(alarm: string): Promise<TraceRow[]>
  /** Where each recipient stands with an episode of an alarm; of all episodes when none is given. */
  toldOf(alarm: string, episode?: number): Promise<ToldRow[]>
}

export interface SuppressedReads {
  /** Alarms that are held back now, the newest first. `counts`: when they are known already. */
  suppressed(
    query: SuppressedQuery,
    counts?: SuppressedPage['counts'],
    only?: Only,
  ): Promise<Omit<SuppressedPage, 'liveId'>>
}

export interface Reads
  extends ScopeReads,
    SuppressedReads,
    TraceReads,
    InventoryReads,
    AlarmReads,
    HistoryReads,
    AlarmHourReads,
    IncidentReads,
    RecordReads,
    PeopleReads {}
