// Rows of the played equipment: what a sweep found, who stands beside whom, which units there were, traps nobody defined.
import type { Found } from '#shared/domain/discovery.ts'
import type { AssetList, LinkNode, NeighbourList, SiteLinks } from '#shared/http/topology.ts'
import type { UnknownTrapDetail } from '#shared/http/traps.ts'
import { plantLinks } from './site-map.ts'

const NOTHING: Omit<Found, 'address' | 'at'> = {
  ...{ answers: ['ping'], openPorts: [], pingMs: 1.4, credentials: null, credentialsFrom: null, snmpVersion: null },
  ...{ snmpPort: null, problem: null, sysName: null, sysDescr: null, sysObjectId: null, vendor: null, model: null },
  ...{
    serial: null,
    version: null,
    profile: null,
    profileReason: null,
    engineId: null,
    chassisMac: null,
    device: null,
  },
  tookMs: 120,
}

type Row = (now: number) => Found & { readonly also?: readonly string[] }

const found =
  (address: string, more: Partial<Found> & { also?: readonly string[] }): Row =>
  (now) => ({ ...NOTHING, address, at: now - 3_500_000, ...more })

const byV3 = {
  ...{
    answers: ['ping', 'snmp'],
    credentials: 'core-v3',
    credentialsFrom: 'collector',
    snmpVersion: 'v3',
    snmpPort: 161,
  },
} satisfies Partial<Found>

export const FOUND: readonly Row[] = [
  found('10.1.0.2', {
    ...byV3,
    ...{
      sysName: 'core-sw2',
      vendor: 'H3C',
      model: 'S7506E',
      serial: '210235A0DGX',
      version: '7.1.070 Release 7595P07',
    },
    ...{ profile: 'h3c-comware', profileReason: 'sysObjectID 1.3.6.1.4.1.25506.1.148 fits 1.3.6.1.4.1.25506.*' },
    ...{
      sysObjectId: '1.3.6.1.4.1.25506.1.148',
      sysDescr: 'H3C Comware Platform Software',
      also: ['10.1.1.2', '10.1.2.2'],
    },
    chassisMac: '3c:8c:40:11:22:33',
  }),
  found('10.1.0.31', {
    ...byV3,
    ...{ credentials: 'printers', snmpVersion: 'v2c', sysName: 'prn-lobby', vendor: 'HP', model: 'LaserJet M507' },
    ...{
      profile: 'generic',
      profileReason: 'no profile for sysObjectID 1.3.6.1.4.1.11.2.3.9.1',
      sysObjectId: '1.3.6.1.4.1.11.2.3.9.1',
    },
  }),
  found('10.1.0.77', {
    ...{ answers: ['ping', 'tcp'], openPorts: [80, 443], pingMs: 3.2, problem: 'no SNMP with your 2 sets' },
  }),
  found('10.1.0.13', {
    ...byV3,
    ...{
      sysName: 'acc-sw-3f',
      vendor: 'Cisco',
      model: 'Catalyst 2960X-48TS',
      serial: 'FOC2731X0AB',
      device: 'acc-sw-3f',
    },
    ...{ profile: 'cisco-ios', profileReason: 'sysObjectID 1.3.6.1.4.1.9.1.1208 fits 1.3.6.1.4.1.9.1.*' },
  }),
  found('10.1.0.1', {
    ...byV3,
    ...{
      sysName: 'core-sw1',
      vendor: 'H3C',
      model: 'S7506E',
      serial: '210235A0DGY',
      device: 'core-sw1',
      profile: 'h3c-comware',
    },
  }),
]

export function neighbours(device: string, now: number): NeighbourList {
  if (!device.endsWith('sw1') && !device.endsWith('3f')) return { items: [], tables: [], truncated: false }
  const stranger = { device: null, deviceName: null, link: null, state: 'current' as const, seenAt: now - 50_000 }
  return {
    items: [
      {
        ...{ port: 'if:GigabitEthernet0/1', by: 'lldp', device: 'hq.core-sw1', deviceName: 'Core switch 1' },
        ...{
          remotePort: 'if:Ten-GigabitEthernet1/0/13',
          name: 'core-sw1',
          description: null,
          mac: '3c:8c:40:aa:bb:01',
        },
        ...{
          addresses: ['10.1.0.1'],
          capabilities: ['bridge', 'router'],
          link: 'l-1',
          state: 'current',
          seenAt: now - 40_000,
        },
      },
      {
        ...{
          port: 'if:GigabitEthernet0/2',
          by: 'cdp',
          device: 'hq.file-srv',
          deviceName: 'File server',
          remotePort: 'if:eth0',
        },
        ...{ name: 'file-srv', description: null, mac: null, addresses: ['10.1.0.20'], capabilities: ['station'] },
        ...{ link: 'l-2', state: 'stale', seenAt: now - 180_000_000 },
      },
      {
        ...stranger,
        ...{
          port: 'if:GigabitEthernet0/7',
          by: 'lldp',
          remotePort: 'Port 1',
          name: 'AP-3F-East',
          mac: '70:3a:0e:10:20:30',
        },
        ...{
          description: 'ArubaOS (MODEL: 515), Version 8.10.0.6',
          addresses: ['10.1.2.61'],
          capabilities: ['bridge', 'wlan-access-point'],
        },
      },
      {
        ...stranger,
        ...{
          port: 'if:GigabitEthernet0/9',
          by: 'fdb',
          remotePort: '',
          name: null,
          mac: '00:11:32:9a:bc:de',
          description: null,
        },
        ...{ addresses: [], capabilities: [] },
      },
    ],
    tables: [{ table: 'fdb', at: now - 60_000, rows: 8000, note: 'more than 8000 rows' }],
    truncated: false,
  }
}

export function links(site: string, now: number): SiteLinks {
  if (site === 'plant-2') return plantLinks(now)
  if (site !== 'hq') return { site, nodes: [], links: [], strangers: [], truncated: false }
  const node = (id: string, name: string, profile: string, openAlarms = 0, worst: LinkNode['worst'] = null) => ({
    ...{
      id: `hq.${id}`,
      name,
      state: 'up' as const,
      vendor: null,
      model: null,
      profile,
      parents: [],
      openAlarms,
      worst,
    },
  })
  const link = (id: string, a: string, aPort: string, b: string, bPort: string) => ({
    ...{ id, site, a: `hq.${a}`, aPort, b: `hq.${b}`, bPort, confidence: 0.98, note: '', drawnBy: null },
    ...{
      firstSeenAt: now - 9e8,
      seenAt: now - 60_000,
      state: 'current' as const,
      staleBecause: null,
      staleSince: null,
    },
  })
  return {
    site,
    nodes: [
      node('core-sw1', 'Core switch 1', 'h3c-switch', 1, 'major'),
      node('acc-sw-3f', 'Access switch 3F', 'cisco-catalyst', 2, 'major'),
      node('ups-a', 'UPS A', 'ups-mib', 1, 'critical'),
      node('file-srv', 'File server', 'generic'),
    ],
    links: [
      {
        ...link('l-1', 'acc-sw-3f', 'if:GigabitEthernet0/1', 'core-sw1', 'if:Ten-GigabitEthernet1/0/13'),
        ...{ by: 'lldp', sources: ['lldp', 'fdb'], toldBy: ['a', 'b'] },
      },
      {
        ...link('l-2', 'acc-sw-3f', 'if:GigabitEthernet0/2', 'file-srv', 'if:eth0'),
        ...{ by: 'cdp', sources: ['cdp'], toldBy: ['a'], confidence: 0.8 },
        ...{ state: 'stale', staleBecause: 'replaced', staleSince: now - 4e6, seenAt: now - 180_000_000 },
      },
      {
        ...link('l-3', 'core-sw1', '', 'ups-a', ''),
        ...{ by: 'manual', sources: ['manual'], toldBy: [], confidence: 1, drawnBy: 'lena', note: 'feeds rack A' },
      },
    ],
    strangers: [
      {
        ...{ key: '70:3a:0e:10:20:30', name: 'AP-3F-East', description: 'ArubaOS (MODEL: 515), Version 8.10.0.6' },
        ...{ addresses: ['10.1.2.61'], mac: '70:3a:0e:10:20:30' },
        seenAt: [{ device: 'hq.acc-sw-3f', port: 'if:GigabitEthernet0/7', by: 'lldp' }],
      },
    ],
    truncated: false,
  }
}

export function assets(device: string, now: number): AssetList {
  if (device !== 'hq.acc-sw-3f') return { items: [], changes: [] }
  const unit = { device, vendor: 'Cisco', model: 'WS-C2960X-48TS-L', alternates: false }
  return {
    items: [
      { ...unit, serial: 'FOC2731X0AB', version: '15.2(7)E9', from: now - 86_400_000 * 3, until: null },
      {
        ...unit,
        serial: 'FOC2401X00',
        version: '15.2(7)E4',
        from: now - 86_400_000 * 400,
        until: now - 86_400_000 * 3,
      },
    ],
    changes: [
      {
        ...{ at: now - 86_400_000 * 3, change: 'swapped' },
        before: { serial: 'FOC2401X00', model: 'WS-C2960X-48TS-L', version: '15.2(7)E4' },
        after: { serial: 'FOC2731X0AB', model: 'WS-C2960X-48TS-L', version: '15.2(7)E9' },
      },
    ],
  }
}

export const UNKNOWN_OID = '1.3.6.1.4.1.52432.2.1.0'

export function unknownTraps(now: number): UnknownTrapDetail[] {
  const base = '1.3.6.1.4.1.52432.2.2'
  const event = (state: number) => ({
    ...{ kind: 'trap' as const, at: now - 900_000, device: 'core-sw1', source: '10.1.0.1', version: 'v2c' as const },
    ...{ confirmed: false, user: '', trapOid: `${UNKNOWN_OID}.4` },
    varbinds: [
      { oid: `${base}.1.0`, type: 'Integer', value: 2 },
      { oid: `${base}.2.0`, type: 'Integer', value: state },
      { oid: `${base}.3.0`, type: 'OctetString', value: 'Fan tray 2: rotor blocked' },
    ],
  })
  const row = (oid: string, count: number, name: string | null) => ({
    ...{ oid, enterprise: { number: 52432, name }, count, firstAt: now - 86_400_000 * 9, lastAt: now - 900_000 },
    deviceNames: { 'hq.core-sw1': 'Core switch 1', 'hq.acc-sw-3f': 'Access switch 3F' },
    ...{ devices: ['hq.core-sw1', 'hq.acc-sw-3f'], deviceCount: 2, ignored: false, ignoredBy: null },
  })
  const name = (oid: string) => `trap-52432-${oid.split('.').at(-1)}`
  return [`${UNKNOWN_OID}.4`, `${UNKNOWN_OID}.5`, '1.3.6.1.4.1.25506.2.38.1.6.3.0.7'].map((oid, i) => ({
    row: row(oid, [17, 8, 2104][i] ?? 1, i === 2 ? 'H3C' : null),
    samples: [2, 1].map((state) => ({ at: now - 900_000 * state, device: 'hq.core-sw1', event: event(state) })),
    draft: {
      ...{ name: name(oid), vendor: '', category: 'unknown', severity: 'notice', alarm: null },
      description: { en: '', 'zh-CN': '' },
      varbinds: [
        { name: 'value1', oid: `${base}.1` },
        { name: 'value2', oid: `${base}.2` },
        { name: 'value3', oid: `${base}.3` },
      ],
    },
  }))
}
