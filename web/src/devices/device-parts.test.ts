import { describe, expect, it } from 'vitest'
import { moreText, readDeviceSearch, readDevicesSearch, readMore } from './device-parts.ts'

describe('the address of a device page', () => {
  it('keeps what it knows and drops the rest', () => {
    const good = { part: 'charts', metric: 'cpu.load', hours: '24', from: 1_000_000, to: 2_000_000, down: true, q: 'x' }
    expect(readDeviceSearch(good)).toMatchObject({ ...good, hours: 24 })
    const bad = { part: 'secrets', hours: 5, from: 2_000_000, to: 1_000_000, with: [1, 'a b c'], down: 'yes' }
    expect(readDeviceSearch(bad)).toEqual({
      ...{ part: undefined, metric: undefined, resource: undefined, hours: undefined, from: undefined, to: undefined },
      ...{ with: ['a b c'], q: undefined, down: undefined },
    })
    expect(readDeviceSearch({ from: 1_000_000 })).toMatchObject({ from: undefined, to: undefined })
  })

  it('names lines of other devices, whose components may have spaces', () => {
    const more = { device: 'hq.core-1', metric: 'storage.used', resource: 'storage:C:\\ Label data' }
    expect(readMore(moreText(more))).toEqual(more)
    expect(readMore(moreText({ ...more, resource: '' }))).toEqual({ ...more, resource: '' })
    expect(readMore('nothing')).toBeUndefined()
  })
})

describe('the address of the list of devices', () => {
  it('asks for no state that there is not', () => {
    expect(readDevicesSearch({ state: 'down', q: 'core' })).toMatchObject({ state: 'down', q: 'core' })
    expect(readDevicesSearch({ state: 'on fire', q: 7 })).toEqual({})
  })
})
