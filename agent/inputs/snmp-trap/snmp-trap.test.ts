import { createSocket, type Socket } from 'node:dgram'
import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { integer, octets, oid, tlv } from '#agent/protocols/snmp/ber-writer.ts'
import type { DeviceEvent, RawTrapEvent, StormEvent, TrapEvent } from '#shared/domain/device-event.ts'
import { decodeEvents, isPoison } from '#shared/wire/event-lines.ts'
import { createMemoryRecorder, type MemoryRecorder } from '#test/support/memory-recorder.ts'
import { OIDS, overLong, trapPdu, v1Pdu, v1Trap, v2cTrap, varbind } from '#test/support/trap-bytes.ts'
import { until } from '#test/support/until.ts'
import { createSnmpTrapListener, type SnmpTrapConfig, type SnmpTrapDependencies } from './snmp-trap.ts'

const log = pino({ level: 'silent' })
const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function listen(config: Partial<SnmpTrapConfig> = {}, more: Partial<SnmpTrapDependencies> = {}) {
  const recorder = createMemoryRecorder()
  const eventLine = recorder.eventLine
  // Every line the fast path writes must be what the schema accepts.
  recorder.eventLine = (line) => {
    const [event] = decodeEvents(Buffer.from(line))
    expect(event && isPoison(event) ? event : undefined).toBeUndefined()
    eventLine(line)
  }
  const listener = createSnmpTrapListener({
    config: { host: '127.0.0.1', port: 0, receiveBufferBytes: 65536, ...config },
    sources: (address) => (address === '127.0.0.1' ? 'sw1' : undefined),
    recorder,
    log,
    ...more,
  })
  await listener.start()
  open.push(() => listener.stop())
  const sender = createSocket('udp4')
  await new Promise<void>((resolve) => sender.bind(0, '127.0.0.1', resolve))
  open.push(async () => void sender.close())
  const port = Number(String(listener.counters().facts.address).split(':')[1])
  const send = (bytes: Uint8Array, from: Socket = sender) => from.send(bytes, port, '127.0.0.1')
  return { listener, recorder, send, sender, port }
}

async function event(recorder: MemoryRecorder, count = 1): Promise<DeviceEvent[]> {
  return until(() => recorder.events.length >= count && recorder.events, { what: `${count} events` })
}

describe('v1 and v2c traps', () => {
  it('records a v2c trap with its varbinds by type', async () => {
    const hints: string[] = []
    const { recorder, send } = await listen({}, { onTrap: (device, trapOid) => hints.push(`${device} ${trapOid}`) })
    send(
      v2cTrap({
        varbinds: [
          varbind('1.3.6.1.2.1.2.2.1.1.3', integer(-3)),
          varbind('1.3.6.1.2.1.2.2.1.2.3', octets('say "hi" \\ there')),
          varbind('1.3.6.1.4.1.9.1', octets('北京 1 号')),
          varbind('1.3.6.1.4.1.9.2', octets(Buffer.from([0, 0x1b, 0x5b, 0xff]))),
          varbind('1.3.6.1.4.1.9.3', tlv(0x40, Buffer.from([10, 1, 2, 3]))),
          varbind('1.3.6.1.4.1.9.4', integer(4_294_967_295, 0x41)),
          varbind('1.3.6.1.4.1.9.5', tlv(0x46, Buffer.from('00ffffffffffffffff', 'hex'))),
          varbind('1.3.6.1.4.1.9.6', oid('2.999.4294967295.0')),
          varbind('1.3.6.1.4.1.9.7', tlv(0x05)),
          varbind('1.3.6.1.4.1.9.8', tlv(0x44, Buffer.from([0x9f, 0x78]))),
          varbind('1.3.6.1.4.1.9.9', tlv(0x81)),
          varbind('1.3.6.1.4.1.9.10', octets('')),
          varbind('1.3.6.1.4.1.9.11', octets('line\nnext\u0000')),
          varbind('1.3.6.1.4.1.9.12', integer(123456789, 0x42)),
        ],
      }),
    )
    const [trap] = (await event(recorder)) as TrapEvent[]
    expect(trap).toMatchObject({ kind: 'trap', device: 'sw1', source: '127.0.0.1', version: 'v2c', confirmed: false })
    expect(trap).toMatchObject({ trapOid: OIDS.linkDown, uptime: 100, user: '' })
    expect(trap?.varbinds.map((v) => [v.type, v.value])).toEqual([
      ['Integer', -3],
      ['OctetString', 'say "hi" \\ there'],
      ['OctetString', '北京 1 号'],
      ['OctetString', '0x001b5bff'],
      ['IpAddress', '10.1.2.3'],
      ['Counter32', 4294967295],
      ['Counter64', '18446744073709551615'],
      ['OID', '2.999.4294967295.0'],
      ['Null', null],
      ['Opaque', '0x9f78'],
      ['noSuchInstance', null],
      ['OctetString', ''],
      ['OctetString', 'line\nnext'],
      ['Gauge32', 123456789],
    ])
    expect(trap?.varbinds[0]?.oid).toBe('1.3.6.1.2.1.2.2.1.1.3')
    expect(hints).toEqual([`sw1 ${OIDS.linkDown}`])
  })

  it('maps v1 traps by RFC 3584 and keeps the community out of the record', async () => {
    const { recorder, send } = await listen()
    send(v1Trap({ generic: 2 }))
    send(
      v1Trap({
        generic: 6,
        specific: 17,
        enterprise: '1.3.6.1.4.1.318',
        varbinds: [varbind('1.3.6.1.4.1.318.1', integer(1))],
      }),
    )
    const [link, own] = (await event(recorder, 2)) as TrapEvent[]
    expect(link).toMatchObject({ version: 'v1', trapOid: OIDS.linkDown, uptime: 4242 })
    expect(own?.trapOid).toBe('1.3.6.1.4.1.318.0.17')
    expect(own?.varbinds).toEqual([
      { oid: '1.3.6.1.4.1.318.1', type: 'Integer', value: 1 },
      { oid: '1.3.6.1.6.3.18.1.3.0', type: 'IpAddress', value: '10.0.0.7' },
      { oid: '1.3.6.1.6.3.1.1.4.3.0', type: 'OID', value: '1.3.6.1.4.1.318' },
    ])
    expect(JSON.stringify(recorder.events)).not.toContain('public')
  })

  it('takes over-long headers, trailing bytes and a late trap OID', async () => {
    const { recorder, send } = await listen()
    send(overLong(v2cTrap({ varbinds: [overLong(varbind('1.3.6.1.4.1.9.1', overLong(octets('x'))))] })))
    send(Buffer.concat([v2cTrap(), Buffer.from('trailing')]))
    const odd = tlv(0x30, varbind('1.3.6.1.4.1.9.1', integer(5)), varbind(OIDS.snmpTrapOid, oid(OIDS.linkUp)))
    send(tlv(0x30, integer(1), octets('x'), tlv(0xa7, integer(9), integer(0), integer(0), odd)))
    const traps = (await event(recorder, 3)) as TrapEvent[]
    expect(traps.map((t) => t.trapOid)).toEqual([OIDS.linkDown, OIDS.linkDown, OIDS.linkUp])
    expect(traps[2]?.varbinds[0]).toEqual({ oid: '1.3.6.1.4.1.9.1', type: 'Integer', value: 5 })
  })

  it('drops other communities and counts them', async () => {
    const { listener, recorder, send } = await listen({ communities: ['right', 'also'] })
    for (const community of ['public', 'righ', 'right', 'also']) send(v2cTrap({ community }))
    await event(recorder, 2)
    await until(() => listener.counters().received === 4)
    expect(listener.counters()).toMatchObject({ recorded: 2, dropped: { community: 2 } })
  })

  it('keeps an undecodable trap of a known device raw, and cuts what is too long', async () => {
    const { listener, recorder, send } = await listen()
    const whole = v2cTrap()
    send(whole.subarray(0, whole.length - 4))
    send(Buffer.alloc(6000, 0x41))
    send(v2cTrap({ varbinds: [varbind('1.3.6.1.4.1.9.1', octets('x'.repeat(60_000)))] }))
    send(v2cTrap({ varbinds: Array.from({ length: 200 }, (_, i) => varbind(`1.3.6.1.4.1.9.${i}`, integer(i))) }))
    const [cutOff, garbage, long, many] = (await event(recorder, 4)) as [
      RawTrapEvent,
      RawTrapEvent,
      TrapEvent,
      TrapEvent,
    ]
    // All of it, except that the community is a secret.
    const kept = whole.subarray(0, -4).toString('latin1').replace('public', '******')
    expect(Buffer.from(cutOff.base64, 'base64').toString('latin1')).toBe(kept)
    expect(cutOff.reason).toMatch(/longer than/)
    expect(Buffer.from(garbage.base64, 'base64')).toHaveLength(4096)
    expect(long.varbinds[0]?.value).toBe('x'.repeat(4096))
    expect(many.varbinds).toHaveLength(128)
    expect(listener.counters().facts).toMatchObject({ undecodable: 2, cutValues: 1, cutVarbinds: 1 })
  })

  it('records strangers without a device, only so many a second', async () => {
    const { listener, recorder, send } = await listen({ strangersPerSecond: 5 }, { sources: () => undefined })
    for (let i = 0; i < 50; i++) send(v2cTrap({ requestId: i }))
    send(Buffer.from('not snmp at all'))
    await until(() => listener.counters().received === 51)
    const { recorded, dropped } = listener.counters()
    expect(recorder.events.every((e) => e.device === null)).toBe(true)
    expect(recorded).toBeGreaterThanOrEqual(5)
    expect(recorded).toBeLessThan(15)
    expect(dropped['unknown-source']).toBe(50 - recorded)
    expect(dropped['undecodable-unknown-source']).toBe(1)
  })

  it('folds a storm with exact totals and keeps the last trap of each interface', async () => {
    const { listener, recorder, send } = await listen({ stormLimit: { perSourcePerSecond: 1, burst: 10 } })
    for (let i = 0; i < 300; i++) {
      const port = 1 + (i % 3)
      const trapOid = i % 2 ? OIDS.linkUp : OIDS.linkDown
      send(
        v2cTrap({
          requestId: i,
          trapOid,
          varbinds: [varbind(`${OIDS.ifIndex}.${port}`, integer(port)), varbind('1.3.6.1.4.1.9.1', integer(i))],
        }),
      )
      if (i % 50 === 0) await until(() => listener.counters().received === i + 1)
    }
    await until(() => listener.counters().received === 300)
    await listener.stop()
    const storms = recorder.events.filter((e): e is StormEvent => e.kind === 'storm')
    const traps = recorder.events.filter((e): e is TrapEvent => e.kind === 'trap')
    expect(storms.map((s) => s.key).sort()).toEqual([OIDS.linkDown, OIDS.linkUp])
    expect(storms.reduce((sum, s) => sum + s.count, 0) + traps.length).toBe(300)
    // The six last ones (two kinds on three ports), in the order they came.
    expect(traps.slice(-6).map((t) => t.varbinds[1]?.value)).toEqual([294, 295, 296, 297, 298, 299])
    expect(listener.counters()).toMatchObject({ received: 300, recorded: 300, dropped: {} })
    for (const storm of storms) expect(decodeEvents(Buffer.from(JSON.stringify(storm))).some(isPoison)).toBe(false)
  })

  it('answers nothing to a request that is no notification', async () => {
    const { listener, send, sender } = await listen()
    const answers: Buffer[] = []
    sender.on('message', (m) => answers.push(m))
    send(tlv(0x30, integer(1), octets('public'), trapPdu({ pdu: 0xa0 })))
    await until(() => listener.counters().dropped['not-a-notification'] === 1)
    expect(answers).toEqual([])
  })
})

describe('informs', () => {
  it('are acknowledged after the commit, once more when repeated, and recorded once', async () => {
    const commit = Promise.withResolvers<void>()
    const { listener, recorder, send, sender } = await listen()
    const eventDurable = recorder.eventDurable
    recorder.eventDurable = async (e) => {
      await commit.promise
      await eventDurable(e)
    }
    const answers: Buffer[] = []
    sender.on('message', (m) => answers.push(m))
    const inform = v2cTrap({ pdu: 0xa6, requestId: 77 })
    send(inform)
    send(inform)
    await until(() => listener.counters().facts.answered === 1)
    expect(answers).toEqual([])
    commit.resolve()
    await until(() => answers.length === 1)
    const expected = Buffer.from(inform)
    expected[expected.indexOf(0xa6)] = 0xa2
    expect(answers[0]).toEqual(expected)
    send(inform)
    await until(() => answers.length === 2)
    expect(recorder.events).toHaveLength(1)
    expect(recorder.events[0]).toMatchObject({ kind: 'trap', confirmed: true, trapOid: OIDS.linkDown })
  })

  it('are answered as they came last, since each v3 repetition has a message id of its own', async () => {
    const commit = Promise.withResolvers<void>()
    const { listener, recorder, send, sender } = await listen()
    recorder.eventDurable = () => commit.promise
    const answers: Buffer[] = []
    sender.on('message', (m) => answers.push(m))
    const told = (n: number) =>
      v2cTrap({ pdu: 0xa6, requestId: 79, varbinds: [varbind('1.3.6.1.4.1.9.1', integer(n))] })
    for (const n of [1, 2]) send(told(n))
    await until(() => listener.counters().facts.answered === 1)
    commit.resolve()
    await until(() => answers.length === 1)
    send(told(3))
    await until(() => answers.length === 2)
    const expected = [2, 3].map((n) => {
      const answer = Buffer.from(told(n))
      answer[answer.indexOf(0xa6)] = 0xa2
      return answer
    })
    expect(answers).toEqual(expected)
  })

  it('are not acknowledged when the record was refused, and taken when tried again', async () => {
    const { listener, recorder, send, sender } = await listen()
    const eventDurable = recorder.eventDurable
    recorder.eventDurable = () => Promise.reject(new Error('quota'))
    const answers: Buffer[] = []
    sender.on('message', (m) => answers.push(m))
    const inform = v2cTrap({ pdu: 0xa6, requestId: 78 })
    send(inform)
    await until(() => listener.counters().dropped['inform-not-stored'] === 1)
    expect(answers).toEqual([])
    recorder.eventDurable = eventDurable
    send(inform)
    await until(() => answers.length === 1)
    expect(listener.counters()).toMatchObject({ received: 2, recorded: 1 })
  })

  it('of strangers are recorded but not answered', async () => {
    const { listener, recorder, send, sender } = await listen({}, { sources: () => undefined })
    const answers: Buffer[] = []
    sender.on('message', (m) => answers.push(m))
    send(v2cTrap({ pdu: 0xa6 }))
    await event(recorder)
    send(Buffer.from('x'))
    await until(() => listener.counters().received === 2)
    expect(answers).toEqual([])
  })
})

describe('a v3 message that carries a v1 trap', () => {
  it('is recorded', async () => {
    const { recorder, send } = await listen({ users: [{ name: 'ups', level: 'noAuthNoPriv' }] })
    const engine = Buffer.from('800000090102030405', 'hex')
    const security = tlv(0x30, octets(engine), integer(1), integer(1), octets('ups'), octets(''), octets(''))
    const header = tlv(0x30, integer(5), integer(65507), octets(Buffer.from([0])), integer(3))
    const scoped = tlv(0x30, octets(engine), octets(''), v1Pdu({ generic: 3 }))
    send(tlv(0x30, integer(3), header, octets(security), scoped))
    expect((await event(recorder))[0]).toMatchObject({ version: 'v3', user: 'ups', trapOid: OIDS.linkUp })
  })
})
