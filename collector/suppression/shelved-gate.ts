// What a person put away until a time.
import type { Gate } from './gate.ts'

export function createShelvedGate(): Gate {
  return {
    name: 'shelved',
    judge: ({ operatorState, shelvedUntil, ackBy, ackNote }) => {
      if (operatorState !== 'shelved') return undefined
      const note = ackNote === '' ? '' : `: ${ackNote}`
      const why = `${ackBy ?? 'somebody'} shelved it${note}`
      return { holds: 'incident', ref: null, why, until: shelvedUntil }
    },
  }
}
