import { describe, expect, it } from 'vitest'
import { DeviceTestDraft } from '#shared/http/device-test.ts'
import { EMPTY_CREDENTIALS } from './credential-fields.tsx'
import { EMPTY_DEVICE } from './device-form.ts'
import { testDraftOf } from './device-test-draft.ts'

describe('what is tried', () => {
  it('is what the form says: kept credentials, port, profile, ports that may be tried', () => {
    const form = { ...EMPTY_DEVICE, address: ' 10.0.0.1 ', credentials: 'office', port: '1161', profile: 'ups' }
    const draft = testDraftOf({ ...form, tcp: '443, 443, 31337' })
    expect(draft).toEqual({
      address: '10.0.0.1',
      snmp: { credentials: 'office', port: 1161, profile: 'ups' },
      tcpPorts: [443],
    })
    expect(DeviceTestDraft.safeParse(draft).success).toBe(true)
  })

  it('is what is typed and not kept yet, without secrets of another kind', () => {
    const typed = { ...EMPTY_CREDENTIALS, community: 'secret', authKey: 'of another kind' }
    const draft = testDraftOf({ ...EMPTY_DEVICE, address: 'sw1', agent: 'agent-hq-0002' }, typed)
    expect(draft).toEqual({
      ...{ address: 'sw1', agent: 'agent-hq-0002' },
      snmp: { set: { version: 'v2c', community: 'secret', authKey: null, privKey: null } },
    })
    expect(DeviceTestDraft.safeParse(draft).success).toBe(true)
  })

  it('is ping and the usual ports where there is no SNMP', () => {
    expect(DeviceTestDraft.parse(testDraftOf({ ...EMPTY_DEVICE, address: 'sw1' }))).toEqual({
      ...{ address: 'sw1', tcpPorts: [22, 23, 80, 443], ping: true },
    })
  })
})
