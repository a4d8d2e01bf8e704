import { describe, expect, it } from 'vitest'
import { isNight, minuteOfDay, pageAt, shownAt } from './rotation.ts'
import { nightOf, readWallOptions, wallSearch } from './wall-options.ts'

const read = (search: string, path = '/kiosk/alarms') => readWallOptions(path, search, 'Asia/Shanghai')

describe('the address of a wall', () => {
  it('says boards, times, language, theme, zone and night', () => {
    const search =
      '?rotate=alarms:30,map:20,counters&lang=zh-CN&theme=light&zone=Europe/Berlin&night=22:30-6&dim=80&page=7'
    expect(read(`${search}&k=0123456789ab`)).toEqual({
      views: [
        { board: 'alarms', seconds: 30 },
        { board: 'map', seconds: 20 },
        { board: 'counters', seconds: 30 },
      ],
      ...{ language: 'zh-CN', theme: 'light', zone: 'Europe/Berlin', night: { from: 1350, to: 360 }, dim: 0.8 },
      ...{ pageSeconds: 7, link: '0123456789ab' },
    })
  })

  it('is a wall whatever it says', () => {
    const plain = read('')
    expect(plain).toMatchObject({ views: [{ board: 'alarms', seconds: 30 }], theme: 'dark', zone: 'Asia/Shanghai' })
    const odd = read(
      '?rotate=nothing:9,map:-4,:,map:1e9&lang=xx&theme=pink&zone=Nowhere/Land&night=99-1&dim=x&page=0',
      '/kiosk/%00',
    )
    expect(odd).toMatchObject({
      language: null,
      theme: 'dark',
      zone: 'Asia/Shanghai',
      night: null,
      dim: 0.6,
      pageSeconds: 3,
    })
    expect(odd.views).toEqual([
      { board: 'alarms', seconds: 30 },
      { board: 'map', seconds: 5 },
      { board: 'map', seconds: 3600 },
    ])
  })

  it('begins with the board it names', () => {
    expect(read('?rotate=alarms:30,map:20', '/kiosk/map').views.map((v) => v.board)).toEqual(['map', 'alarms'])
    expect(read('?rotate=map:20', '/kiosk/counters').views.map((v) => v.board)).toEqual(['counters', 'map'])
  })

  it('reads what it writes', () => {
    const views = [
      { board: 'map', seconds: 20 },
      { board: 'alarms', seconds: 45 },
    ] as const
    const search = wallSearch({ views, language: 'en', theme: 'light', zone: 'Europe/Berlin', night: '22-6', dim: 40 })
    expect(search).toBe('rotate=map:20,alarms:45&lang=en&theme=light&zone=Europe/Berlin&night=22-6&dim=40')
    expect(readWallOptions('/kiosk/map', `?${search}`, 'UTC')).toMatchObject({ views, dim: 0.4, zone: 'Europe/Berlin' })
    expect(wallSearch({ views: [views[0]] })).toBe('')
  })

  it('knows hours and nonsense apart', () => {
    expect(nightOf('0-24')).toBeNull()
    expect(nightOf('22-6')).toEqual({ from: 1320, to: 360 })
    for (const text of ['', '22', '22-', '25-1', '22:75-6', '6-6', 'a-b', null]) expect(nightOf(text)).toBeNull()
  })
})

describe('what stands on the wall', () => {
  const views = [
    { board: 'alarms', seconds: 30 },
    { board: 'map', seconds: 20 },
  ] as const

  it('is a function of the time', () => {
    const at = (s: number) => shownAt(views, s * 1000)
    expect([at(0), at(29.999), at(30), at(49.9), at(50), at(80)].map((s) => s.view.board)).toEqual([
      ...['alarms', 'alarms', 'map', 'map', 'alarms', 'map'],
    ])
    expect(at(85)).toMatchObject({ index: 1, elapsed: 5000, round: 1 })
    // years later still exact
    expect(shownAt(views, 1_800_000_000_000 + 31_000).view.board).toBe('map')
  })

  it('shows the first page first and every page in turn', () => {
    const seen = new Set<number>()
    for (let second = 0; second < 50 * 8; second++) {
      const shown = shownAt(views, second * 1000)
      if (shown.view.board !== 'alarms') continue
      const page = pageAt(shown, false, 5, 10, second * 1000)
      if (shown.elapsed < 10_000) expect(page).toBe(0)
      seen.add(page)
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4])
    const alone = [0, 10, 20, 30].map((s) => pageAt(shownAt([views[0]], s * 1000), true, 3, 10, s * 1000))
    expect(alone).toEqual([0, 1, 2, 0])
    const short = [0, 1, 2, 3].map((round) => pageAt({ ...shownAt(views, 0), round }, false, 3, 60, 0))
    expect(short).toEqual([0, 1, 2, 0])
    expect(pageAt(shownAt(views, 0), false, 0, 10, 0)).toBe(0)
  })

  it('is dark at night, in its zone, over midnight and through a change of the clocks', () => {
    const night = { from: 22 * 60, to: 6 * 60 }
    const at = (iso: string, zone = 'Europe/Berlin') => isNight(night, Date.parse(iso), zone)
    expect([at('2026-11-22T20:59:00Z'), at('2026-11-22T21:00:00Z'), at('2026-11-23T04:59:00Z')]).toEqual([
      false,
      true,
      true,
    ])
    expect(at('2026-11-23T05:00:00Z')).toBe(false)
    expect(at('2026-11-22T14:30:00Z', 'Asia/Shanghai')).toBe(true)
    // the clocks go forward on 2026-03-29: 06:00 is 04:00 UTC from then on
    expect([at('2026-03-29T03:59:00Z'), at('2026-03-29T04:00:00Z')]).toEqual([true, false])
    expect(isNight({ from: 60, to: 120 }, Date.parse('2026-11-22T01:30:00Z'), 'UTC')).toBe(true)
    expect(isNight(null, 0, 'UTC')).toBe(false)
    expect(minuteOfDay(Date.parse('2026-11-22T00:05:00Z'), 'UTC')).toBe(5)
  })
})
