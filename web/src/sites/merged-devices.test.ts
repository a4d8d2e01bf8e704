import { describe, expect, it } from 'vitest'
import type { DeviceRow } from '#shared/http/inventory.ts'
import type { ConfigDeviceRow } from '#shared/http/site-config.ts'
import { mergedDevices } from './merged-devices.ts'

const watched = (id: string, other: object = {}) =>
  ({ id: `hq.${id}`, site: 'hq', name: id, address: '192.0.2.1', agent: 'a', active: true, ...other }) as DeviceRow
const kept = (id: string) =>
  ({
    device: { id, address: '192.0.2.1', tags: {}, parents: [] },
    agent: 'a',
    problems: [],
  }) as unknown as ConfigDeviceRow

describe('devices of a site', () => {
  it('says of each where it comes from, and which of the removed ones is still watched', () => {
    const rows = mergedDevices(
      [kept('both'), kept('new')],
      [
        watched('both', { origin: 'collector' }),
        watched('own', { origin: 'file' }),
        watched('old-agent'),
        watched('removed', { origin: 'collector' }),
        watched('gone', { origin: 'collector', active: false }),
      ],
    )
    expect(rows.map((row) => [row.id, row.origin, row.leaving ?? false, row.watched !== undefined])).toEqual([
      ['both', 'collector', false, true],
      ['new', 'collector', false, false],
      ['old-agent', 'file', false, true],
      ['own', 'file', false, true],
      ['removed', 'collector', true, true],
    ])
  })

  it('says nothing of what is kept to whom it is not shown', () => {
    expect(mergedDevices(undefined, [watched('a', { origin: 'collector' })])).toMatchObject([{ origin: 'collector' }])
    expect(mergedDevices(undefined, [watched('a', { origin: 'collector' })])[0]?.leaving).toBeUndefined()
  })
})
