import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf, devicesFromText } from './device-table-text.ts'

describe('devices from pasted text', () => {
  it('reads what a spreadsheet copies, in any order of columns', () => {
    const text =
      'Address\tName\tCredentials\tTCP\tTags\n10.0.0.1\tCore switch\tcore-v3\t443, 22\track=A1; floor=2\n\n10.0.0.2\t\t\t\t\n'
    expect(devicesFromText(text, {})).toEqual({
      readable: true,
      unknown: [],
      devices: [
        {
          ...{
            id: 'core-switch',
            name: 'Core switch',
            address: '10.0.0.1',
            icmp: {},
            snmp: { credentials: 'core-v3' },
          },
          ...{ tcp: [{ port: 443 }, { port: 22 }], tags: { rack: 'A1', floor: '2' } },
        },
        { id: 'device-10-0-0-2', address: '10.0.0.2', icmp: {} },
      ],
    })
  })

  it('knows the columns by the labels of the reader too, and names those nobody knows', () => {
    const table = devicesFromText('Adresse;Ping;Raum\n10.0.0.1;no;3.12', { address: 'Adresse' })
    expect(table).toMatchObject({ unknown: ['Raum'], devices: [{ address: '10.0.0.1' }] })
    expect(table.devices[0]).not.toHaveProperty('icmp')
  })

  it('gives lines of one name ids of their own', () => {
    const { devices } = devicesFromText('name,address\nUPS,10.0.0.1\nUPS,10.0.0.2', {})
    expect(devices.map((device) => device.id)).toEqual(['ups', 'ups-2'])
  })

  it('says that it cannot read a text without an address column', () => {
    expect(devicesFromText('10.0.0.1,Core', {})).toMatchObject({ readable: false, devices: [] })
    expect(devicesFromText('', {}).readable).toBe(false)
  })

  it('reads back every table of cells, whatever is in them', () => {
    const cell = fc.string().filter((text) => text.trim() !== '' && !text.includes('\r') && !text.startsWith('\ufeff'))
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1 }), (rows) => {
        const titled = [['a', 'b', 'c', 'd'], ...rows]
        const text = titled.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\r\n')
        expect(cellsOf(text)).toEqual(titled)
      }),
    )
  })
})
