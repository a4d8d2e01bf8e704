import { describe, expect, it } from 'vitest'
import { interfaceKey } from './interface-key.ts'

describe('interface names', () => {
  it.each([
    ['Gi0/1', 'GigabitEthernet0/1'],
    ['gi 1/0/24', 'GigabitEthernet1/0/24'],
    ['GE0/0/1', 'GigabitEthernet0/0/1'],
    ['Te1/1/1', 'TenGigabitEthernet1/1/1'],
    ['XGE1/0/49', 'Ten-GigabitEthernet1/0/49'],
    ['XGigabitEthernet0/0/1', '10GE0/0/1'],
    ['Fa0/3', 'FastEthernet0/3'],
    ['Po10', 'Port-channel10'],
    ['BAGG1', 'Bridge-Aggregation1'],
    ['Vl20', 'Vlan-interface20'],
    ['Lo0', 'LoopBack0'],
  ])('%s is %s', (a, b) => expect(interfaceKey(a)).toBe(interfaceKey(b)))

  it.each([
    ['Gi0/1', 'Gi0/11'],
    ['Gi0/1', 'Te0/1'],
    ['eth0', 'eth1'],
    ['GE0/1', '25GE0/1'],
  ])('%s is not %s', (a, b) => expect(interfaceKey(a)).not.toBe(interfaceKey(b)))
})
