import { describe, expect, it } from 'vitest'
import { rowsOfCsv } from '../ui/csv.ts'
import { columnOf, type DeviceColumn, devicesFrom, type KnownDevice } from './device-table.ts'

const read = (text: string, names: Partial<Record<DeviceColumn, string[]>> = {}, known: KnownDevice[] = []) =>
  devicesFrom(rowsOfCsv(text), names, known)

describe('devices from pasted text', () => {
  it('reads what a spreadsheet copies, in any order of columns', () => {
    const text =
      'Address\tName\tCredentials\tTCP\tTags\n10.0.0.1\tCore switch\tcore-v3\t443, 22\track=A1; floor=2\n\n10.0.0.2\t\t\t\t\n'
    expect(read(text)).toMatchObject({
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
    const table = read('Adresse;Ping;Raum\n10.0.0.1;no;3.12', { address: ['Adresse'] })
    expect(table).toMatchObject({ unknown: ['Raum'], devices: [{ address: '10.0.0.1' }] })
    expect(table.devices[0]).not.toHaveProperty('icmp')
  })

  it('takes the port of SNMP, and leaves one that cannot be meant to be refused with its column', () => {
    const { devices } = read('address,snmp,SNMP port\n10.0.0.1,core,1161\n10.0.0.2,core,many')
    expect(devices.map((device) => device.snmp)).toEqual([
      { credentials: 'core', port: 1161 },
      { credentials: 'core', port: Number.NaN },
    ])
    expect(columnOf('snmp.port')).toBe('port')
  })

  it('gives lines of one name ids of their own', () => {
    const { devices } = read('name,address\nUPS,10.0.0.1\nUPS,10.0.0.2', {})
    expect(devices.map((device) => device.id)).toEqual(['ups', 'ups-2'])
  })

  it('says that it cannot read a text without an address column', () => {
    expect(read('10.0.0.1,Core')).toMatchObject({ readable: false, devices: [] })
    expect(read('').readable).toBe(false)
  })

  it('finds the titles below a heading, by other names and the labels of the reader', () => {
    const table = read('Devices of the plant\n\nHostname,IP address,Ort\nA,10.0.0.1,x', { tags: ['Ort'] })
    expect(table.rows.map(({ row }) => row)).toEqual([4])
    expect(table).toMatchObject({ unknown: [], columns: ['name', 'address', 'tags'] })
  })

  it('takes a row without an id for the device of its address, and never the id of another device', () => {
    const known = [
      { id: 'core', address: '10.0.0.1' },
      { id: 'ups', address: '10.0.0.9' },
    ]
    const text = 'name,address\n核心交换机,10.0.0.1\nUPS,10.0.0.2\n接入交换机,10.0.0.3\nTwin,10.0.0.1'
    expect(read(text, {}, known).devices.map(({ id }) => id)).toEqual(['core', 'ups-2', 'device-10-0-0-3', 'twin'])
  })

  it('takes away what keeps a cell from being a formula', () => {
    expect(read("name,address\n'-x,10.0.0.1").devices[0]).toMatchObject({ name: '-x' })
  })

  it.each([
    ['snmp.credentials', 'credentials'],
    ['snmp.profile', 'profile'],
    ['tcp.0.port', 'tcp'],
    ['icmp', 'ping'],
    ['address', 'address'],
    ['nothing', undefined],
  ])('a problem of %s is one of the column %s', (path, column) => expect(columnOf(path)).toBe(column))
})
