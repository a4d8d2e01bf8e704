import { describe, expect, it } from 'vitest'
import type { WindowBody } from '#shared/http/maintenance.ts'
import { repeatAt, repeatOf, rruleOf } from './repeat.ts'
import { draftOfWindow, formOfWindow, minutesOf, minutesText, newWindow, windowOf } from './window-form.ts'

const BODY: WindowBody = {
  ...{ title: 'Firmware', note: 'two switches', owner: 'lena', enabled: true, behaviour: 'no-open' },
  selector: { devices: ['hq.core-sw1', 'hq.acc-*'], tags: { role: 'core' } },
  ...{ start: '2026-03-01T22:00', zone: 'Europe/Berlin', durationMinutes: 1590, rrule: 'FREQ=WEEKLY;BYDAY=SU' },
}

describe('a window in a form', () => {
  it('comes back as it was', () => expect(windowOf(formOfWindow(BODY))).toEqual({ body: BODY }))

  it('is compared by what people write of it', () => {
    const row = { ...BODY, id: 'w', version: 3, updatedBy: 'lena', held: 2, note: '', owner: '', rrule: null }
    expect(draftOfWindow({ ...row, selector: { sites: ['hq'], tags: {} } })).toEqual({
      ...{ title: 'Firmware', enabled: true, behaviour: 'no-open', selector: { sites: ['hq'] } },
      ...{ start: BODY.start, zone: BODY.zone, durationMinutes: 1590 },
    })
  })

  it('begins now, in the zone of the place, for the narrowest thing named', () => {
    const now = Date.parse('2026-03-01T21:00:30Z')
    const of = { customer: 'acme', site: 'hq', device: 'hq.core-sw1', resource: 'if:Gi0/1' }
    const form = newWindow(of, 'Asia/Shanghai', now, 'Work')
    expect(form.start).toBe('2026-03-02T05:00')
    expect(windowOf(form)).toMatchObject({
      body: { durationMinutes: 120, rrule: null, selector: { devices: ['hq.core-sw1'], resources: ['if:Gi0/1'] } },
    })
    const site = windowOf(newWindow({ customer: 'acme', site: 'hq' }, 'Asia/Shanghai', now, 'Work'))
    expect(site).toMatchObject({ body: { selector: { sites: ['hq'] } } })
  })

  it('names what cannot be meant', () => {
    const form = formOfWindow(BODY)
    const bad = { ...form, title: ' ', start: '', zone: '', duration: 'long', tags: 'role' }
    const answer = windowOf({ ...bad, repeat: { ...form.repeat, days: [] } })
    expect('wrong' in answer && [...answer.wrong]).toEqual(['title', 'start', 'zone', 'duration', 'repeat', 'tags'])
  })

  it('reads lengths as people write them', () => {
    expect(['90', '1h 30m', '1d2h', '45m', '0', '40d', 'x'].map(minutesOf)).toEqual([
      ...[90, 90, 1560, 45, undefined, undefined, undefined],
    ])
    for (const minutes of [1, 60, 90, 1440, 1590, 31 * 1440]) expect(minutesOf(minutesText(minutes))).toBe(minutes)
  })
})

describe('how a window repeats', () => {
  it.each([
    ...['FREQ=DAILY', 'FREQ=DAILY;INTERVAL=3', 'FREQ=WEEKLY;BYDAY=MO,WE', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU'],
    ...['FREQ=MONTHLY;BYMONTHDAY=15', 'FREQ=MONTHLY;BYDAY=2SU', 'FREQ=MONTHLY;BYDAY=-1FR'],
    ...[
      'FREQ=YEARLY;BYMONTH=3',
      'FREQ=DAILY;COUNT=4',
      'FREQ=WEEKLY;BYDAY=MO;UNTIL=20270101T000000Z',
      'FREQ=MONTHLY;BYDAY=5MO',
    ],
  ])('%s comes back as it was', (rrule) => expect(rruleOf(repeatOf(rrule, BODY.start))).toBe(rrule))

  it('offers the day it begins on', () => {
    // a Sunday, the first of its month
    expect(rruleOf(repeatAt('2026-03-01T22:00', 'weekly'))).toBe('FREQ=WEEKLY;BYDAY=SU')
    expect(rruleOf(repeatAt('2026-03-01T22:00', 'monthly-weekday'))).toBe('FREQ=MONTHLY;BYDAY=1SU')
    expect(rruleOf(repeatAt('2026-03-31T22:00', 'monthly-day'))).toBe('FREQ=MONTHLY;BYMONTHDAY=31')
    expect(rruleOf(repeatAt('', 'custom'))).toBeUndefined()
    expect(rruleOf(repeatOf(null, BODY.start))).toBeNull()
  })
})
