import { describe, expect, it } from 'vitest'
import { ConfigDeviceDraft } from '#shared/http/site-config.ts'
import { draftOf, EMPTY_DEVICE, formOf, wrongFields } from './device-form.ts'

describe('a device and its form', () => {
  const full = {
    name: 'Core switch',
    address: '10.1.0.1',
    agent: 'agent-hq-0001',
    snmp: { credentials: 'core-v3', profile: 'h3c-switch', port: 1161, intervalMs: 30_000, retries: 2 },
    icmp: { count: 5 },
    tcp: [{ port: 443, timeoutMs: 900 }, { port: 22 }],
    http: [{ url: 'https://10.1.0.1/status', verifyTls: false }],
    tags: { rack: 'A1', note: 'a=b' },
    parents: ['gw-1', 'gw-2'],
  }

  it('come back the same, with the keys the form does not show', () => {
    expect(draftOf(formOf(full), full)).toEqual(full)
    expect(ConfigDeviceDraft.safeParse(draftOf(formOf(full), full)).success).toBe(true)
  })

  it('drops what was taken away and keeps the rest of a check', () => {
    const form = { ...formOf(full), ping: false, credentials: '', tcp: '443，8443', http: '', name: '' }
    expect(draftOf(form, full)).toEqual({
      address: '10.1.0.1',
      agent: 'agent-hq-0001',
      tcp: [{ port: 443, timeoutMs: 900 }, { port: 8443 }],
      tags: { rack: 'A1', note: 'a=b' },
      parents: ['gw-1', 'gw-2'],
    })
  })

  it('begins with a ping', () => {
    const draft = draftOf({ ...EMPTY_DEVICE, address: ' 10.0.0.1 ' })
    expect(draft).toEqual({ address: '10.0.0.1', icmp: {}, tags: {}, parents: [] })
  })

  it('names the fields that cannot be meant', () => {
    const wrong = wrongFields({
      ...EMPTY_DEVICE,
      ...{ address: 'http://x y', tcp: '443, 70000', http: 'ftp://x', tags: 'rack', port: 'x', interval: '0' },
    })
    expect([...wrong].sort()).toEqual(['address', 'http', 'interval', 'port', 'tags', 'tcp'])
    expect(wrongFields({ ...EMPTY_DEVICE, address: 'fe80::1%eth0', tcp: '1 65535', interval: '1.5' }).size).toBe(0)
  })
})
