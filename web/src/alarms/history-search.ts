// What the address of the history says. Pure.
import type { Severity } from '#shared/domain/severity.ts'
import { readInstant } from '../ui/zone.ts'
import { SEVERITY_ORDER } from './alarm-view.ts'

/** Hours back; `custom` has from and to. */
export const HISTORY_RANGES = [24, 168, 720, 2160] as const

export interface HistorySearch {
  readonly hours?: (typeof HISTORY_RANGES)[number] | undefined
  /** ms UTC: who opens a link in another zone sees the same time. */
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly state?: 'ended' | 'standing' | undefined
  readonly severity?: readonly Severity[] | undefined
  readonly customer?: string | undefined
  readonly site?: string | undefined
  readonly device?: string | undefined
  readonly type?: string | undefined
  readonly q?: string | undefined
  /** Alarm open in the side panel. */
  readonly alarm?: string | undefined
}

export function readHistorySearch(raw: Record<string, unknown>): HistorySearch {
  const text = (value: unknown) => String(value ?? '').slice(0, 200) || undefined
  const severities = Array.isArray(raw.severity) ? raw.severity : String(raw.severity ?? '').split(',')
  const severity = SEVERITY_ORDER.filter((one) => severities.includes(one))
  const search = {
    hours: HISTORY_RANGES.find((hours) => hours === Number(raw.hours)),
    from: readInstant(raw.from),
    to: readInstant(raw.to),
    state: (['ended', 'standing'] as const).find((state) => state === raw.state),
    severity: severity.length > 0 ? severity : undefined,
    ...{ customer: text(raw.customer), site: text(raw.site), device: text(raw.device), type: text(raw.type) },
    ...{ q: text(raw.q), alarm: text(raw.alarm) },
  }
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as HistorySearch
}
