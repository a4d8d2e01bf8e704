import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alarmNameOf, knownAlarmTypes } from './alarm-types.ts'

const ALARM_TYPE = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/

describe('names of faults', () => {
  it.each([
    ['env.temperature', 'temperature', { side: 'high' }, 'env.temperature', '', false],
    ['ups.battery.temperature', 'temperature', { side: 'high' }, 'env.temperature', 'battery', false],
    ['ups.output-source', 'state', { label: 'battery' }, 'power.on-battery', '', true],
    ['ups.output-source', 'state', { label: 'software-bypass' }, 'power.on-bypass', '', true],
    ['ups.battery.charger', 'state', { label: 'disconnected' }, 'battery.failed', 'charger', true],
    ['envMonSupplyTemp', 'temperature', { side: 'low' }, 'env.temperature', '', false],
    ['hwAvgDuty5min', undefined, { side: 'high' }, 'hw-avg-duty5min.high', '', false],
    ['queue.depth', undefined, { side: 'low' }, 'queue.depth.low', '', false],
    ['constructor', 'toString', { label: 'toString' }, 'constructor.state', '', false],
    ['valve', 'state', { label: 'stuck' }, 'valve.state', '', false],
  ] as const)('%s of class %s', (metric, metricClass, wrong, alarmType, qualifier, whole) => {
    expect(alarmNameOf(metric, metricClass, wrong)).toEqual({ alarmType, qualifier, whole })
  })

  it('are dotted words, whatever a foreign metric is called', () => {
    for (const type of knownAlarmTypes()) expect(type).toMatch(ALARM_TYPE)
    fc.assert(
      fc.property(fc.string({ maxLength: 128 }), (metric) => {
        expect(alarmNameOf(metric, undefined, { side: 'high' }).alarmType).toMatch(ALARM_TYPE)
      }),
    )
  })
})
