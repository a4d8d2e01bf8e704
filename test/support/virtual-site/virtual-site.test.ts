import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it } from 'vitest'
import { until } from '../until.ts'
import { parseSnmprec } from './snmprec.ts'
import { createVirtualSite, SMALL_SITE, type VirtualSite, type VirtualSiteOptions } from './virtual-site.ts'

const run = promisify(execFile)
const program = (name: string) =>
  ['/usr/bin', '/usr/sbin', '/usr/local/bin'].some((dir) => existsSync(`${dir}/${name}`))
const snmp = async (tool: string, ...args: string[]) => (await run(tool, args, { maxBuffer: 1 << 24 })).stdout

const sites: VirtualSite[] = []
async function started(options: VirtualSiteOptions): Promise<VirtualSite> {
  const site = createVirtualSite(options)
  sites.push(site)
  await site.start()
  return site
}
afterEach(async () => {
  for (const site of sites.splice(0)) await site.stop()
})

describe.skipIf(!program('snmpget'))('virtual site asked by net-snmp (program snmpget)', () => {
  it('answers GET, GETNEXT and GETBULK over v1 and v2c', async () => {
    const site = await started({ devices: SMALL_SITE })
    const core = site.device('core-1')
    const at = `udp:${core.address}:${core.port}`
    expect(await snmp('snmpget', '-v1', '-cpublic', '-Oqvn', at, '1.3.6.1.2.1.1.5.0')).toBe('"core-1"\n')
    expect(await snmp('snmpget', '-v2c', '-cpublic', '-Oqvn', at, '1.3.6.1.2.1.1.9.9')).toContain('No Such')
    const bulk = await snmp('snmpbulkwalk', '-v2c', '-cpublic', '-Oqn', at, '1.3.6.1.2.1')
    const walk = await snmp('snmpwalk', '-v2c', '-cpublic', '-Oqn', at, '1.3.6.1.2.1')
    const oids = (text: string) => text.split('\n').map((line) => line.split(' ')[0])
    expect(oids(bulk)).toEqual(oids(walk))
    expect(oids(bulk).length).toBeGreaterThan(24 * 20)
  })

  it.each([
    ['md5', 'des', 'MD5', 'DES'],
    ['sha', 'aes', 'SHA', 'AES'],
    ['sha256', 'aes', 'SHA-256', 'AES'],
    ['sha512', 'aes256b', 'SHA-512', 'AES-256'],
  ] as const)('answers v3 authPriv %s and %s', async (authProtocol, privProtocol, auth, priv) => {
    const users = [
      { user: 'u', level: 'authPriv', authProtocol, authKey: 'auth-key-1', privProtocol, privKey: 'priv-key-1' },
    ] as const
    const site = await started({ devices: [{ id: 'x', model: 'ups', users }] })
    const ups = site.device('x')
    const at = `udp:${ups.address}:${ups.port}`
    const login = ['-v3', '-uu', '-lauthPriv', '-a', auth, '-A', 'auth-key-1', '-x', priv, '-X', 'priv-key-1']
    expect(await snmp('snmpget', ...login, '-Oqvn', at, '1.3.6.1.2.1.33.1.4.1.0')).toBe('3\n')
    login[6] = 'wrong-key-1'
    await expect(snmp('snmpget', ...login, '-t1', '-r0', at, '1.3.6.1.2.1.33.1.4.1.0')).rejects.toThrow(/uthentication/)
  })
})

describe('virtual site', () => {
  it('sends trap and log of a link that goes down, and counters stop', async () => {
    const received: string[] = []
    const sink = createSocket('udp4').on('message', (bytes, from) =>
      received.push(`${from.address} ${bytes.toString('latin1')}`),
    )
    await new Promise<void>((resolve) => sink.bind(0, '127.0.0.1', resolve))
    const to = { host: '127.0.0.1', port: sink.address().port }
    const site = await started({ devices: SMALL_SITE, trapsTo: to, logsTo: to })
    const device = site.device('access-1')
    await site.fault('link-down')
    await until(() => received.length === 2)
    expect(
      received.some((line) => line.includes('%LINK-3-UPDOWN: Interface GigabitEthernet0/3, changed state to down')),
    ).toBe(true)
    expect(received.every((line) => line.startsWith(device.address))).toBe(true)
    expect(device.ports[2]?.operUp).toBe(false)
    await site.clear('link-down')
    await until(() => received.length === 4)
    expect(device.ports[2]?.operUp).toBe(true)
    sink.close()
  })

  it('closes the management port of a device that hangs and opens it again', async () => {
    const site = await started({ devices: SMALL_SITE })
    const device = site.device('access-2')
    expect(await reachable(device.address, device.tcpPort)).toBe(true)
    await site.fault('device-hang')
    await until(async () => !(await reachable(device.address, device.tcpPort)))
    await site.clear('device-hang')
    await until(() => reachable(device.address, device.tcpPort))
  })

  it('takes everything down when the battery is empty, and up again', async () => {
    const site = await started({ devices: SMALL_SITE, drainSeconds: 0.05 })
    await site.fault('power-loss')
    await until(() => site.devices.every((device) => device.behaviour === 'silent'))
    await site.clear('power-loss')
    expect(site.devices.every((device) => device.behaviour === 'normal')).toBe(true)
    expect(site.device('core-1').uptime()).toBeLessThan(1000)
  })

  it('names the faults there are when asked for another', async () => {
    const site = createVirtualSite({ devices: SMALL_SITE })
    await expect(site.fault('no-such')).rejects.toThrow(/link-down/)
  })
})

describe('parseSnmprec', () => {
  it('reads values, sorts by arc and keeps the first of an OID given twice', () => {
    const table = parseSnmprec('1.3.10.0|2|5\n1.3.9.0|4x|00ff\n1.3.9.0|4|later\n# note\n1.3.11|70|18446744073709551615')
    expect(table.size).toBe(3)
    expect(table.next('1.3')?.oid).toBe('1.3.9.0')
    expect(table.get('1.3.9.0')?.value).toEqual({ type: 'OctetString', value: Buffer.from([0, 255]) })
    expect(table.next('1.3.9.5')?.oid).toBe('1.3.10.0')
    expect(table.get('1.3.11')?.value).toEqual({ type: 'Counter64', value: 18446744073709551615n })
    expect(table.next('1.3.11')).toBeUndefined()
  })
})

function reachable(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
