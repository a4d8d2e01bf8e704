// ITIL: impact x urgency -> priority 1 (highest) to 4.
import type { Level, Priority } from '#shared/domain/incident.ts'

const MATRIX: Readonly<Record<Level, Readonly<Record<Level, Priority>>>> = {
  high: { high: 1, medium: 2, low: 3 },
  medium: { high: 2, medium: 3, low: 4 },
  low: { high: 3, medium: 4, low: 4 },
}

export function priorityOf(impact: Level, urgency: Level): Priority {
  return MATRIX[impact][urgency]
}
