// What a rule in shadow says is looked at and not told.
import { isShadow } from '#shared/domain/alarm.ts'
import type { Gate } from './gate.ts'

export function createShadowGate(): Gate {
  return {
    name: 'shadow',
    judge: (alarm) =>
      isShadow(alarm)
        ? { holds: 'incident', ref: alarm.rule, why: `rule ${alarm.rule} runs in shadow`, until: null }
        : undefined,
  }
}
