import { expect, it } from 'vitest'
import { kindOf } from './device-kind.ts'

const of = (more: Partial<Parameters<typeof kindOf>[0]>) =>
  kindOf({ profile: null, vendor: null, model: null, name: '', ...more })

it.each([
  [{ profile: 'cisco-catalyst' }, 'switch'],
  [{ profile: 'h3c-switch', name: 'UPS room' }, 'switch'],
  [{ profile: 'ups-mib' }, 'ups'],
  [{ profile: 'generic', model: 'Debian 12 server' }, 'server'],
  [{ profile: 'generic', name: 'acc-sw-3f' }, 'switch'],
  [{ model: 'FortiGate 60F' }, 'firewall'],
  [{ model: 'UniFi AP-AC-Pro' }, 'access-point'],
  [{ vendor: 'Hikvision' }, 'camera'],
  [{ name: 'PLC 71' }, 'controller'],
  [{ name: 'edge router' }, 'router'],
  [{}, 'device'],
  [{ name: 'x'.repeat(100_000) }, 'device'],
] as const)('tells the kind of %o', (node, kind) => expect(of(node)).toBe(kind))
