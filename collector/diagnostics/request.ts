// A diagnostic asked for by a person or by an incident that opened. Written with its cause; signed and sent from the outbox.
import type { Labels } from '#shared/domain/series-meaning.ts'

export interface DiagnosticRequest {
  /** Command id. */
  readonly id: string
  readonly agent: string
  /** Collector-wide device id. */
  readonly device: string
  readonly action: string
  readonly arguments: Readonly<Record<string, unknown>>
  /** What the device's profile calls it. */
  readonly title?: Labels
  readonly incident: string | null
  readonly requestedBy: string
  readonly requestedAt: number
  /** Wall ms after which it must not run. */
  readonly expires: number
}
