import { expect, it } from 'vitest'
import { shortInterface } from './short-interface.ts'

it.each([
  ['GigabitEthernet1/0/12', 'Gi1/0/12'],
  ['TenGigabitEthernet1/0/10', 'Te1/0/10'],
  ['TenGigE0/0/0/1', 'Te0/0/0/1'],
  ['Ten-GigabitEthernet1/0/1', 'XGE1/0/1'],
  ['XGigabitEthernet0/0/1', 'XGE0/0/1'],
  ['HundredGigE1/0/1', 'Hu1/0/1'],
  ['TwentyFiveGigE1/0/3', 'Twe1/0/3'],
  ['FastEthernet 0/1', 'Fa0/1'],
  ['Port-channel12', 'Po12'],
  ['Bridge-Aggregation3', 'BAGG3'],
  ['Vlan-interface100', 'Vlanif100'],
])('%s reads %s', (name, short) => expect(shortInterface(name)).toBe(short))

it.each(['GigabitEthernet', 'eth0', 'Inlet', '', 'GigabitEthernet uplink'])('%s stays as it is', (name) =>
  expect(shortInterface(name)).toBe(name),
)
