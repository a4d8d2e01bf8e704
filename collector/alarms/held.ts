// What holds an alarm back by its own state: a person shelved it, or it came with a backlog. Other gates: collector/suppression.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { Suppression } from '#shared/domain/suppression.ts'

export const unshelved = ({ suppression }: Alarm): Pick<Alarm, 'suppression'> => ({
  suppression: suppression?.by === 'shelved' ? null : suppression,
})

export const heldAsHistory = (since: number): Suppression => ({
  ...{ by: 'history', holds: 'incident', ref: null, since, until: null },
  why: 'it happened in a backlog; it is told when the backlog is through and it still stands',
})

export const heldAsShelved = (actor: string, since: number, until: number): Suppression => ({
  ...{ by: 'shelved', holds: 'incident', ref: null, since, until },
  why: `${actor} shelved it`,
})
