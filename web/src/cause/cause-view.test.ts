import { describe, expect, it } from 'vitest'
import { alarm } from '../alarms/sample-alarm.test-data.ts'
import { causeViewOf } from './cause-view.ts'

const row = alarm
const symptom = (alarm: string, verdict: 'symptom' | 'probation' = 'symptom') => ({
  ...{ alarm, device: null, deviceName: null, text: '', isCleared: false, verdict, why: 'behind it' },
})
const CAUSE = { incident: 'i', node: 'n', name: 'Core', alarm: 'a', why: 'all behind it fails', decisions: [] }

describe('alarms of an incident', () => {
  it('are the cause, its symptoms with those that stand first, and the others', () => {
    const incident = {
      alarmRows: [
        row('c', { isCleared: true }),
        row('b', { raisedAt: 5 }),
        row('a'),
        row('d', { raisedAt: 2 }),
        row('e'),
      ],
      causeAlarm: 'e',
    }
    const view = causeViewOf(incident, { ...CAUSE, symptoms: [symptom('b'), symptom('c'), symptom('d', 'probation')] })
    expect(view.cause?.id).toBe('a')
    expect(view.symptoms.map((one) => `${one.row.id} ${one.verdict}`)).toEqual([
      'd probation',
      'b symptom',
      'c symptom',
    ])
    expect(view.others.map((one) => one.id)).toEqual(['e'])
  })

  it('have the one that opened it for their cause where nothing else is known; a cause that left is none', () => {
    const incident = { alarmRows: [row('a'), row('b')], causeAlarm: 'b' }
    expect(causeViewOf(incident, undefined)).toMatchObject({ cause: { id: 'b' }, others: [{ id: 'a' }] })
    const moved = causeViewOf({ ...incident, causeAlarm: 'z' }, { ...CAUSE, alarm: null, symptoms: [symptom('y')] })
    expect(moved).toMatchObject({ cause: undefined, symptoms: [] })
    expect(moved.others).toHaveLength(2)
  })
})
