// Maintenance windows and inhibitions for stories: what is not said is as in the simplest one.
import type { DefinedInhibition } from '#collector/suppression/inhibition-gate.ts'
import type { MaintenanceWindow } from '#collector/suppression/maintenance-gate.ts'
import { InhibitionBody } from '#shared/http/suppression.ts'

/** A window of the switch in no-open mode, in UTC. `start`: ms. */
export function windowOf(start: number, minutes: number, more: Partial<MaintenanceWindow> = {}): MaintenanceWindow {
  return {
    ...{ id: 'w1', version: 1, createdBy: 'li', createdAt: 0, updatedBy: 'li', updatedAt: 0, adjusted: [] },
    ...{ title: 'new firmware', note: '', owner: 'li', enabled: true, zone: 'UTC', rrule: null },
    ...{ selector: { devices: ['*.switch'] }, behaviour: 'no-open' as const },
    ...{ start: new Date(start).toISOString().slice(0, 16), durationMinutes: minutes },
    ...more,
  }
}

export function inhibition(body: Record<string, unknown>): DefinedInhibition {
  return {
    inhibition: InhibitionBody.parse({ id: 'test', ...body }),
    origin: { kind: 'file', file: 'test.yaml', line: 1 },
  }
}
