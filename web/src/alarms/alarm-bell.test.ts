import { describe, expect, it } from 'vitest'
import type { AlarmRow } from '#shared/http/alarms.ts'
import type { LiveHandler } from '../api/live.ts'
import { createAlarmBell, REPEAT_MS } from './alarm-bell.ts'
import { type BellSettings, isQuiet, readSettings, usualSettings } from './bell-settings.ts'
import { alarm } from './sample-alarm.test-data.ts'

function start(change: Partial<BellSettings> = {}) {
  const settings = { ...usualSettings('noc'), ...change }
  let handler: LiveHandler = () => {}
  const told: string[] = []
  const world = { now: 1_000_000, time: '12:00', critical: 0 }
  let timers: { at: number; run: () => void }[] = []
  const bell = createAlarmBell({
    live: {
      onEvent: (next) => {
        handler = next
        return () => {
          handler = () => {}
        }
      },
    },
    settings,
    now: () => world.now,
    localTime: () => world.time,
    play: (severity) => told.push(severity),
    show: (rows) => told.push(`shown ${rows.map((row) => row.id).join(' ')}`),
    countCritical: async () => world.critical,
    setTimeout: (run, ms) => {
      const timer = { at: world.now + ms, run }
      timers.push(timer)
      return timer
    },
    clearTimeout: (timer) => {
      timers = timers.filter((one) => one !== timer)
    },
  })
  const hear = (row: AlarmRow, more: { action?: string; late?: boolean; inList?: boolean; actor?: string } = {}) =>
    handler('alarm', { alarm: row, action: 'raise', at: 0, actor: 'system', late: false, inList: true, ...more }, 1)
  const pass = async (ms: number) => {
    const end = world.now + ms
    for (;;) {
      const next = timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      timers = timers.filter((timer) => timer !== next)
      world.now = next.at
      next.run()
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    world.now = end
  }
  const critical = (id: string, more: Partial<AlarmRow> = {}) => alarm(id, { perceivedSeverity: 'critical', ...more })
  return { bell, hear, pass, told, world, settings, critical }
}

describe('the bell', () => {
  it('rings once for what comes together, as grave as the worst of it', async () => {
    const { hear, pass, told, critical } = start()
    hear(alarm('a'))
    hear(critical('b'))
    hear(alarm('c', { perceivedSeverity: 'warning' }))
    await pass(1000)
    expect(told).toEqual(['critical'])
  })

  it.each([
    ['a backlog', {}, { late: true }],
    ['what left the list', {}, { inList: false }],
    ['what somebody did', {}, { action: 'unshelve', actor: 'ann' }],
    ['one more sign of it', {}, { action: 'update' }],
    [
      'what is held back',
      { suppression: { by: 'cause', holds: 'incident', ref: null, why: '', since: 0, until: null } },
      {},
    ],
    ['what is not to be heard', { perceivedSeverity: 'warning' }, {}],
  ] as const)('is silent for %s', async (_, row, more) => {
    const { hear, pass, told } = start()
    hear(alarm('a', { perceivedSeverity: 'critical', ...row } as never), more)
    await pass(1000)
    expect(told).toEqual([])
  })

  it('is silent for what was over before it could ring', async () => {
    const { hear, pass, told, critical } = start()
    hear(critical('a'))
    hear(critical('a', { isCleared: true }), { action: 'clear' })
    await pass(1000)
    expect(told).toEqual([])
  })

  it('rings every 30 s while a critical alarm is not acknowledged, and stops with that', async () => {
    const { hear, pass, told, world, critical } = start()
    hear(critical('a'))
    world.critical = 1
    await pass(1000)
    await pass(2 * REPEAT_MS)
    expect(told).toEqual(['critical', 'critical', 'critical'])
    world.critical = 0
    await pass(5 * REPEAT_MS)
    expect(told).toHaveLength(3)
  })

  it('is muted for a time, quiet in quiet hours, and heeds new settings at once', async () => {
    const { bell, hear, pass, told, world, settings, critical } = start()
    bell.set({ ...settings, mutedUntil: world.now + 15 * 60_000 })
    world.critical = 1
    hear(critical('a'))
    await pass(14 * 60_000)
    expect(told).toEqual([])
    await pass(2 * 60_000)
    expect(told.length).toBeGreaterThan(0)
    told.length = 0
    bell.set({ ...settings, quiet: { from: '22:00', to: '07:00' }, desktop: 'critical' })
    world.time = '23:10'
    hear(critical('b'))
    await pass(60_000)
    expect(told).toEqual([])
    world.time = '07:00'
    hear(critical('c'))
    await pass(1000)
    expect(told).toEqual(['critical', 'shown c'])
    bell.stop()
    hear(critical('d'))
    await pass(60_000)
    expect(told).toHaveLength(2)
  })

  it('shows on the desktop what is grave enough, in one notification, sound or not', async () => {
    const { hear, pass, told, critical } = start({ sound: false, desktop: 'major' })
    hear(critical('a'))
    hear(alarm('b'))
    hear(alarm('c', { perceivedSeverity: 'minor' }))
    await pass(1000)
    expect(told).toEqual(['shown a b'])
  })
})

describe('settings of the bell', () => {
  it('are as usual for a role, whatever is stored', () => {
    expect(readSettings(null, 'noc').sound).toBe(true)
    for (const stored of [
      '',
      'x',
      'null',
      '[]',
      '{"volume":7,"heard":3,"quiet":{"from":"25:00","to":"x"},"desktop":1}',
    ])
      expect(readSettings(stored, 'desk')).toEqual(usualSettings('desk'))
    const own = { ...usualSettings('desk'), sound: true, volume: 0.2, quiet: { from: '22:00', to: '06:30' } }
    expect(readSettings(JSON.stringify(own), 'desk')).toEqual(own)
  })

  it.each([
    ['22:00', '07:00', '23:59', true],
    ['22:00', '07:00', '06:59', true],
    ['22:00', '07:00', '07:00', false],
    ['12:00', '13:00', '12:30', true],
    ['12:00', '13:00', '11:59', false],
    ['12:00', '12:00', '12:00', false],
  ])('%s to %s at %s: quiet %s', (from, to, time, quiet) => {
    expect(isQuiet({ quiet: { from, to } }, time)).toBe(quiet)
  })
})
