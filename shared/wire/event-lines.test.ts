import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeviceEvent } from '../domain/device-event.ts'
import { decodeEvents, encodeEvent, isPoison } from './event-lines.ts'

const text = (max: number) => fc.string({ maxLength: max, unit: 'binary' })
const odd = fc.oneof(fc.constant(null), fc.integer(), fc.double(), fc.string(), fc.constant([]), fc.object())
const varbind = fc.record({ oid: text(20), type: text(16), value: fc.oneof(text(20), fc.integer(), fc.constant(null)) })
const trap = fc.record({
  kind: fc.constant('trap'),
  at: fc.integer(),
  device: fc.option(text(63), { nil: null }),
  source: text(64),
  version: fc.constantFrom('v1', 'v2c', 'v3'),
  confirmed: fc.boolean(),
  trapOid: text(100),
  user: text(64),
  varbinds: fc.array(varbind, { maxLength: 5 }),
})
const log = fc.record(
  {
    kind: fc.constant('log'),
    at: fc.integer(),
    device: fc.option(text(63), { nil: null }),
    source: text(64),
    transport: fc.constantFrom('udp', 'tcp', 'file'),
    format: fc.constantFrom('rfc5424', 'rfc3164', 'cisco', 'huawei', 'h3c', 'raw'),
    facility: fc.integer({ min: 0, max: 23 }),
    severity: fc.integer({ min: 0, max: 7 }),
    host: text(50),
    app: text(50),
    mnemonic: text(50),
    deviceTime: fc.integer(),
    dialect: text(16),
    clock: fc.constantFrom('unset', 'wrong'),
    message: text(200),
  },
  { requiredKeys: ['kind', 'at', 'device', 'source', 'transport', 'format', 'message'] },
)

describe('event lines', () => {
  it('brings traps and logs back unchanged, several in a body', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(trap, log), { maxLength: 8 }), (events) => {
        const body = Buffer.from(events.map((e) => encodeEvent(e as DeviceEvent)).join('\n'))
        expect(decodeEvents(body)).toEqual(JSON.parse(JSON.stringify(events)))
      }),
    )
  })

  // The hand-checked path must accept exactly what the schema accepts: change one field of a good record to anything.
  it('accepts exactly what the schema accepts', () => {
    const keys = [
      'at',
      'device',
      'source',
      'version',
      'confirmed',
      'trapOid',
      'user',
      'varbinds',
      'uptime',
      'transport',
      'format',
      'facility',
      'severity',
      'host',
      'app',
      'mnemonic',
      'deviceTime',
      'message',
      'kind',
    ]
    fc.assert(
      fc.property(fc.oneof(trap, log), fc.constantFrom(...keys), odd, (event, key, value) => {
        const line = JSON.stringify({ ...event, [key]: value })
        const [got] = decodeEvents(Buffer.from(line))
        expect(isPoison(got as object)).toBe(!DeviceEvent.safeParse(JSON.parse(line)).success)
      }),
      { numRuns: 3000 },
    )
  })

  it('quarantines what it cannot read with the reason and goes on', () => {
    const good = '{"kind":"agent","at":1,"device":null,"code":"started","message":"m"}'
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const got = decodeEvents(
      Buffer.from(
        ['garbage', good, '{"kind":"trap"}', deep, '{"kind":"new-kind","at":1,"device":null}', good].join('\n'),
      ),
    )
    expect(got).toHaveLength(6)
    expect(got.map((e) => isPoison(e))).toEqual([true, false, true, true, true, false])
    expect(got[2]).toMatchObject({ poison: expect.stringMatching(/at|device/), raw: '{"kind":"trap"}' })
  })

  it('sets aside what only the collector may say', () => {
    const unit = { serial: 'A1', model: null, version: null }
    const asset = { kind: 'asset', at: 1, device: 'sw', change: 'swapped', before: unit, after: unit } as const
    const [read] = decodeEvents(Buffer.from(encodeEvent(asset)))
    expect(read && isPoison(read) ? read.poison : read).toContain('asset')
  })
})
