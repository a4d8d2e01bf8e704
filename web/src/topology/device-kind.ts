// What kind of device it is, for its symbol: by its profile first, then by what it says of itself and how people named it.
import type { LinkNode } from '#shared/http/topology.ts'

export const DEVICE_KINDS = [
  ...([
    'switch',
    'router',
    'firewall',
    'access-point',
    'server',
    'storage',
    'ups',
    'camera',
    'phone',
    'printer',
  ] as const),
  ...(['sensor', 'controller', 'device'] as const),
] as const
export type DeviceKind = (typeof DEVICE_KINDS)[number]

/** Text of strangers: only looked at. */
export function kindOf(node: Pick<LinkNode, 'profile' | 'vendor' | 'model' | 'name'>): DeviceKind {
  for (const text of [node.profile, node.model, node.name, node.vendor]) {
    const plain = (text ?? '').toLowerCase().slice(0, 200)
    const found = WORDS.find(([, words]) => words.test(plain))
    if (found) return found[0]
  }
  return 'device'
}

/** The more special words first: a wireless controller is no controller of machines. */
const WORDS: readonly (readonly [DeviceKind, RegExp])[] = [
  ['ups', /\bups\b|smart-ups|battery|\bpdu\b|powerware/],
  ['firewall', /firewall|forti|palo-?alto|\basa\b|\bsrx\b|checkpoint|sonicwall|\bfw\b|opnsense|pfsense/],
  ['access-point', /access-?point|\bap\b|-ap\b|wifi|wireless|wlan|airmax|unifi|aironet/],
  ['camera', /camera|\bcam\b|\bnvr\b|hikvision|dahua|\baxis\b/],
  ['phone', /phone|\bpbx\b|voip|avaya|audiocodes|\bsip\b/],
  ['printer', /printer|laserjet|\bprn\b/],
  ['storage', /storage|\bnas\b|netapp|isilon|synology|qnap|powervault/],
  ['controller', /\bplc\b|controller|siemens|modbus/],
  ['router', /router|\bisr\b|\basr\b|\bnetengine\b|mikrotik|\bgw\b|gateway/],
  ['switch', /switch|\bsw\b|-sw\d*\b|catalyst|nexus|procurve|comware|arista|\bex\d{4}/],
  ['server', /server|\bsrv\b|-srv\b|\bhost\b|linux|windows|debian|esxi|vmware|idrac|proliant|poweredge|net-snmp/],
  ['sensor', /sensor|temperature|humidity/],
]
