import { afterEach, describe, expect, it } from 'vitest'
import {
  agentWith,
  type Reply,
  type ScriptedDevice,
  type ScriptedRequest,
  startScriptedDevice,
  value,
} from '#test/support/scripted-device.ts'
import type { SnmpCredentials } from '../../devices/device.ts'
import { integer, octets, tlv } from './ber-writer.ts'
import { createSnmpClient, type SnmpClientDeps } from './snmp.ts'
import type { SnmpClient } from './snmp-client.ts'

const IF = '1.3.6.1.2.1.2.2.1'
const UPTIME = '1.3.6.1.2.1.1.3.0'
const NAME = '1.3.6.1.2.1.1.5.0'

const cleanup: (() => unknown)[] = []
afterEach(async () => {
  for (const undo of cleanup.splice(0)) await undo()
})

describe('SNMP client on a well-behaved device', () => {
  it.each(['v1', 'v2c'] as const)('reads scalars and marks missing ones as values (%s)', async (version) => {
    const device = await start(agentWith({ [UPTIME]: value.ticks(4200), [NAME]: value.text('core') }))
    const client = clientOf(device, { version })
    const answer = await client.get([NAME, '1.3.6.1.9.9.0', UPTIME], never())
    expect(answer.outcome).toBe('ok')
    const values = answer.outcome === 'ok' ? answer.value : []
    expect(values.map((v) => v.oid)).toEqual([NAME, '1.3.6.1.9.9.0', UPTIME])
    expect(text(values[0]?.value)).toBe('core')
    expect(values[1]?.type).toMatch(/^noSuch/)
    expect(values[2]).toEqual({ oid: UPTIME, type: 'TimeTicks', value: 4200 })
  })

  it('reads all types', async () => {
    const t = '1.3.6.1.4.1.99999.1'
    const device = await start(
      agentWith({
        [`${t}.1`]: value.int(-5),
        [`${t}.2`]: value.counter32(0xffffffff),
        [`${t}.3`]: value.gauge32(7),
        [`${t}.4`]: value.counter64([0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        [`${t}.5`]: value.counter64([0x10, 0x00, 0x00, 0x00, 0x00, 0x00]),
        [`${t}.6`]: value.oid('1.3.6.1.4.1.4294967295.9'),
        [`${t}.7`]: value.ip([10, 0, 0, 1]),
        [`${t}.8`]: tlv(0x42, Buffer.from([0xff, 0xff, 0xff, 0xfe])),
        [`${t}.9`]: tlv(0x44, Buffer.from([0x9f, 0x78])),
      }),
    )
    const answer = await clientOf(device).walk(t, never())
    expect(answer).toMatchObject({ outcome: 'ok' })
    expect((answer.outcome === 'ok' ? answer.value : []).map((v) => [v.type, v.value])).toEqual([
      ['Integer', -5],
      ['Counter32', 0xffffffff],
      ['Gauge32', 7],
      ['Counter64', 0xffffffffffffffffn],
      ['Counter64', 0x100000000000],
      ['OID', '1.3.6.1.4.1.4294967295.9'],
      ['IpAddress', '10.0.0.1'],
      ['Gauge32', 0xfffffffe],
      ['Opaque', new Uint8Array([0x9f, 0x78])],
    ])
  })

  it.each(['v1', 'v2c'] as const)('reads several columns of different length (%s)', async (version) => {
    const device = await start(agentWith(interfaces(48, { short: 5 })))
    const client = clientOf(device, { version })
    const oids = [`${IF}.2`, `${IF}.10`, `${IF}.16`, `${IF}.99`]
    const answer = await client.columns(oids, never())
    expect(answer.outcome).toBe('ok')
    const columns = answer.outcome === 'ok' ? answer.value : new Map()
    expect([...columns.keys()]).toEqual(oids)
    expect([...columns.get(`${IF}.10`).keys()]).toEqual(Array.from({ length: 48 }, (_, i) => String(i + 1)))
    expect(columns.get(`${IF}.10`).get('48').value).toBe(48_000)
    expect(columns.get(`${IF}.16`).size).toBe(5)
    expect(columns.get(`${IF}.99`).size).toBe(0)
    expect(device.requests.every((r) => (version === 'v1' ? r.pdu === 0xa1 : r.pdu === 0xa5))).toBe(true)
  })

  it('reads eight columns of 48 rows in seven requests', async () => {
    const device = await start(agentWith(eightColumns(48)))
    const answer = await clientOf(device).columns(columnsOf(8), never())
    expect(answer.outcome).toBe('ok')
    expect(device.requests.length).toBe(7)
  })

  it('reads no more rows than asked for', async () => {
    const device = await start(agentWith(eightColumns(2000)))
    const answer = await clientOf(device).columns(columnsOf(2), never(), { firstRows: 50 })
    expect(answer.outcome === 'ok' && answer.value.get(`${IF}.11`)?.size).toBe(50)
    expect(device.requests.length).toBeLessThan(5)
  })

  it('asks with ids that do not repeat or count up', async () => {
    const device = await start(agentWith({ [NAME]: value.text('x') }))
    const client = clientOf(device)
    for (let i = 0; i < 20; i++) await client.get([NAME], never())
    const ids = device.requests.map((r) => r.id)
    expect(new Set(ids).size).toBe(20)
    expect(ids.every((id, i) => i === 0 || Math.abs(id - (ids[i - 1] as number)) > 1)).toBe(true)
    expect(Math.max(...ids)).toBeGreaterThan(1e8)
  })
})

describe('SNMP client on devices that choke', () => {
  it('halves the request on tooBig and remembers it', async () => {
    const proper = agentWith(eightColumns(20))
    const device = await start((request, reply) => {
      if (request.oids.length * Math.max(1, request.maxRepetitions) > 16)
        return reply.answer([], { errorStatus: 1, errorIndex: 0 })
      proper(request, reply)
    })
    const client = clientOf(device)
    const first = await client.columns(columnsOf(8), never())
    expect(first.outcome).toBe('ok')
    const used = device.requests.length
    expect((await client.columns(columnsOf(8), never())).outcome).toBe('ok')
    expect(device.requests.length - used).toBe(used - 2)
  })

  it('falls back to GETNEXT when GETBULK is never answered', async () => {
    const proper = agentWith(eightColumns(3))
    const device = await start((request, reply) => {
      if (request.pdu !== 0xa5) proper(request, reply)
    })
    const client = clientOf(device, { timeoutMs: 40, retries: 0 })
    const answer = await client.columns(columnsOf(2), never())
    expect(answer).toMatchObject({ outcome: 'ok' })
    expect(answer.outcome === 'ok' && answer.value.get(`${IF}.10`)?.size).toBe(3)
    const before = device.requests.filter((r) => r.pdu === 0xa5).length
    await client.columns(columnsOf(2), never())
    expect(device.requests.filter((r) => r.pdu === 0xa5).length).toBe(before)
  })

  it('splits a GET the device calls too big', async () => {
    const table = eightColumns(10)
    const proper = agentWith(table)
    const device = await start((request, reply) =>
      request.oids.length > 3 ? reply.answer([], { errorStatus: 1 }) : proper(request, reply),
    )
    const oids = Object.keys(table).slice(0, 30)
    const answer = await clientOf(device).get(oids, never())
    expect(answer.outcome === 'ok' && answer.value.map((v) => v.oid)).toEqual(oids)
  })

  it('tells a dead device quickly: one request with its repeats and one probe', async () => {
    const device = await start(() => undefined)
    const answer = await clientOf(device, { timeoutMs: 30, retries: 1 }).columns(columnsOf(8), never())
    expect(answer).toMatchObject({ outcome: 'timeout' })
    expect(device.requests.length).toBe(3)
  })

  it('repeats a lost request', async () => {
    const proper = agentWith({ [NAME]: value.text('x') })
    let n = 0
    const device = await start((request, reply) => {
      if (++n > 1) proper(request, reply)
    })
    expect((await clientOf(device, { timeoutMs: 50, retries: 1 }).get([NAME], never())).outcome).toBe('ok')
  })
})

describe('SNMP client on hostile devices', () => {
  const v3WithAuthFlag = (id: number) =>
    tlv(
      0x30,
      integer(3),
      tlv(0x30, integer(id), integer(65507), octets(Buffer.from([1])), integer(3)),
      octets(tlv(0x30, octets('engine'), integer(1), integer(1), octets('user'), octets('123456789012'), octets(''))),
      tlv(0x30, octets('engine'), octets(''), tlv(0xa2, integer(id), integer(0), integer(0), tlv(0x30))),
    )

  const killers: Record<string, { script: (r: ScriptedRequest, reply: Reply) => void; outcome: string }> = {
    'a v3 message with the auth flag and the same id': {
      script: (r, reply) => reply.bytes(v3WithAuthFlag(r.id)),
      outcome: 'parse',
    },
    'an unparsable answer': { script: (_r, reply) => reply.bytes(Buffer.from('SNMP? no.')), outcome: 'parse' },
    'an empty datagram': { script: (_r, reply) => reply.bytes(Buffer.alloc(0)), outcome: 'parse' },
    'the same OID for ever': {
      script: (_r, reply) => reply.answer([[`${IF}.2.1`, value.int(1)]]),
      outcome: 'parse',
    },
    'OIDs that go back': {
      script: (r, reply) =>
        reply.answer(r.oids[0] === `${IF}.2` ? [[`${IF}.2.9`, value.int(1)]] : [[`${IF}.2.3`, value.int(1)]]),
      outcome: 'parse',
    },
    'an endless table': {
      script: (r, reply) => {
        const last = Number((r.oids[0] as string).slice(IF.length + 3) || 0)
        reply.answer(
          Array.from({ length: Math.max(1, r.maxRepetitions) }, (_, i) => [`${IF}.2.${last + i + 1}`, value.int(1)]),
        )
      },
      outcome: 'limit',
    },
    'an answer from another port': {
      script: (r, reply) => reply.bytesFromElsewhere(reply.encode([[`${IF}.2.1`, value.int(r.id)]])),
      outcome: 'wrong-source',
    },
    'truncated BER with the right id': {
      script: (_r, reply) => reply.bytes(reply.encode([[`${IF}.2.1`, value.text('abcdef')]]).subarray(0, -4)),
      outcome: 'parse',
    },
    'another community': {
      script: (_r, reply) => reply.answer([[`${IF}.2.1`, value.int(1)]], { community: 'other' }),
      outcome: 'parse',
    },
    'v1 to a v2c request': {
      script: (_r, reply) => reply.answer([[`${IF}.2.1`, value.int(1)]], { version: 0 }),
      outcome: 'parse',
    },
    'another request id': {
      script: (r, reply) => reply.answer([[`${IF}.2.1`, value.int(1)]], { id: r.id + 1 }),
      outcome: 'timeout',
    },
    'one byte at a time': {
      script: (_r, reply) => {
        for (const byte of reply.encode([[`${IF}.2.1`, value.int(1)]]).subarray(0, 20)) reply.bytes(Buffer.from([byte]))
      },
      outcome: 'parse',
    },
    silence: { script: () => undefined, outcome: 'timeout' },
  }

  it.each(Object.entries(killers))('%s is an outcome, and the neighbour does not notice', async (_name, killer) => {
    const device = await start(killer.script)
    const neighbour = await start(agentWith(interfaces(4)), '127.0.0.2')
    const dropped: string[] = []
    const deps = { dropped: (reason: string) => dropped.push(reason), limits: { maxValues: 2000 } }
    const bad = clientOf(device, { timeoutMs: 60, retries: 1 }, deps)
    const good = clientOf(neighbour)
    const [answer, fine] = await Promise.all([bad.columns([`${IF}.2`], never()), good.columns([`${IF}.2`], never())])
    expect(answer.outcome).toBe(killer.outcome)
    expect(fine.outcome === 'ok' && fine.value.get(`${IF}.2`)?.size).toBe(4)
    // The client is still of use.
    expect((await bad.get([NAME], AbortSignal.timeout(200))).outcome).not.toBe('ok')
    if (killer.outcome === 'wrong-source') expect(dropped).toContain('wrong-source')
  })

  it('believes the device although others answer first', async () => {
    const device = await start((_r, reply) => {
      reply.bytesFromElsewhere(reply.encode([[NAME, value.text('forged')]]))
      reply.bytes(Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]))
      setTimeout(() => reply.answer([[NAME, value.text('true')]]), 20)
    })
    const answer = await clientOf(device).get([NAME], never())
    expect(answer.outcome === 'ok' && text(answer.value[0]?.value)).toBe('true')
  })

  it('reads a 60 KB string and stops a device that sends them without end', async () => {
    const long = 'x'.repeat(60_000)
    const one = await start(agentWith({ [NAME]: value.text(long) }))
    const answer = await clientOf(one).get([NAME], never())
    expect(answer.outcome === 'ok' && text(answer.value[0]?.value)).toBe(long)
    const endless = await start((r, reply) => {
      const last = Number((r.oids[0] as string).slice(IF.length + 3) || 0)
      reply.answer([[`${IF}.2.${last + 1}`, value.text(long)]])
    })
    const capped = clientOf(endless, {}, { limits: { maxBytes: 1_000_000 } })
    expect(await capped.columns([`${IF}.2`], never())).toMatchObject({ outcome: 'limit', detail: /bytes/ })
  })

  it('ends when its signal ends: a deadline is a timeout, anything else is cancelled', async () => {
    const device = await start(() => undefined)
    const client = clientOf(device, { timeoutMs: 10_000 })
    expect((await client.get([NAME], AbortSignal.timeout(30))).outcome).toBe('timeout')
    const stop = new AbortController()
    const waiting = client.get([NAME], stop.signal)
    stop.abort()
    expect((await waiting).outcome).toBe('cancelled')
    const closing = client.get([NAME], never())
    client.close()
    expect((await closing).outcome).toBe('cancelled')
  })

  it('ends a table at an empty answer', async () => {
    const device = await start((_r, reply) => reply.answer([]))
    const answer = await clientOf(device).columns([`${IF}.2`], never())
    expect(answer.outcome === 'ok' && answer.value.get(`${IF}.2`)?.size).toBe(0)
  })

  it('does not send what is no OID', async () => {
    const device = await start(() => undefined)
    expect(await clientOf(device).get(['1.3.6.-1'], never())).toMatchObject({ outcome: 'parse', detail: /not an OID/ })
    expect(device.requests).toEqual([])
  })

  it('says unreachable for a name without address', async () => {
    const client = createSnmpClient({ ...target(1), address: 'no-such-host.invalid' })
    cleanup.push(() => client.close())
    expect((await client.get([NAME], AbortSignal.timeout(15_000))).outcome).toBe('unreachable')
  })
})

async function start(script: (r: ScriptedRequest, reply: Reply) => void, address?: string): Promise<ScriptedDevice> {
  const device = await startScriptedDevice(script, address)
  cleanup.push(() => device.close())
  return device
}

function clientOf(
  device: ScriptedDevice,
  options: { version?: SnmpCredentials['version']; timeoutMs?: number; retries?: number } = {},
  deps?: SnmpClientDeps,
): SnmpClient {
  const { version = 'v2c', ...rest } = options
  const credentials = { version, community: 'public' }
  const client = createSnmpClient({ ...target(device.port), address: device.address, credentials, ...rest }, deps)
  cleanup.push(() => client.close())
  return client
}

function target(port: number) {
  const credentials: SnmpCredentials = { version: 'v2c', community: 'public' }
  return { address: '127.0.0.1', port, timeoutMs: 2000, retries: 1, maxRepetitions: 25, credentials }
}

function interfaces(count: number, options: { short?: number } = {}): Record<string, Buffer> {
  const table: Record<string, Buffer> = { [`${oidBefore}`]: value.int(1), '1.3.6.1.2.1.31.9.9': value.int(1) }
  for (let i = 1; i <= count; i++) {
    table[`${IF}.2.${i}`] = value.text(`eth${i}`)
    table[`${IF}.10.${i}`] = value.counter32(i * 1000)
    if (i <= (options.short ?? count)) table[`${IF}.16.${i}`] = value.counter32(i)
  }
  return table
}

const oidBefore = '1.3.6.1.2.1.1.1.0'
const columnsOf = (count: number) => Array.from({ length: count }, (_, i) => `${IF}.${10 + i}`)

function eightColumns(rows: number): Record<string, Buffer> {
  const table: Record<string, Buffer> = {}
  for (const column of columnsOf(8)) for (let i = 1; i <= rows; i++) table[`${column}.${i}`] = value.counter32(i)
  return table
}

function never(): AbortSignal {
  return new AbortController().signal
}

function text(v: unknown): string {
  return v instanceof Uint8Array ? Buffer.from(v).toString() : String(v)
}
