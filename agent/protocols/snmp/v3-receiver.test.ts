import { describe, expect, it } from 'vitest'
import { OIDS, trapPdu } from '#test/support/trap-bytes.ts'
import { cursorOver, enter, readInteger } from './ber.ts'
import { octets, tlv } from './ber-writer.ts'
import { trapOidOf } from './notification.ts'
import { prepareUser, type UsmUser } from './usm.ts'
import { buildV3Message, emptyV3Header, FLAG, readV3Header } from './v3-message.ts'
import { createV3Receiver, newEngineId, type V3Outcome, type V3Receiver } from './v3-receiver.ts'

const user: UsmUser = {
  name: 'noc',
  level: 'authPriv',
  authProtocol: 'sha256',
  authKey: 'auth-password',
  privProtocol: 'aes',
  privKey: 'priv-password',
}
const signer: UsmUser = { name: 'signer', level: 'authNoPriv', authProtocol: 'sha', authKey: 'auth-password' }
const engineId = Buffer.from('80001f8880e9630000d61ff449', 'hex')
const OWN = newEngineId()
let salt = 0

interface Sent {
  readonly boots?: number
  readonly time?: number
  readonly from?: UsmUser
  readonly flags?: number
  readonly engine?: Buffer
  readonly pdu?: Buffer
  readonly msgId?: number
}

function message({
  boots = 5,
  time = 1000,
  from = user,
  flags,
  engine = engineId,
  pdu = trapPdu(),
  msgId = 1,
}: Sent = {}) {
  const prepared = prepareUser(from)
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(++salt, 4)
  return buildV3Message({
    msgId,
    flags: flags ?? prepared.flags,
    engineId: engine,
    boots,
    time,
    user: from.name,
    keys: prepared.keysFor(engine),
    salt: bytes,
    scopedPdu: tlv(0x30, octets(engine), octets(''), pdu),
  })
}

function receiver(saved: Parameters<typeof createV3Receiver>[1] = { engineId: OWN, boots: 3, senders: [] }) {
  return createV3Receiver([user, signer], saved, 0)
}

function receive(r: V3Receiver, bytes: Buffer, now = 0, address = '10.0.0.1', known = true): V3Outcome {
  const c = cursorOver(Buffer.from(bytes))
  enter(c, 0x30, 'message')
  readInteger(c, 'version')
  return r.receive(c, address, known, now)
}

const refusal = (outcome: V3Outcome) => (outcome.kind === 'refused' ? outcome.reason : outcome.kind)

describe('what is believed', () => {
  it('decrypts an authentic trap', () => {
    const outcome = receive(receiver(), message())
    expect(outcome).toMatchObject({ kind: 'notification', user: 'noc' })
    expect(outcome.kind === 'notification' && trapOidOf(outcome.notification)).toBe(OIDS.linkDown)
  })

  it('refuses every changed byte before reading the content', () => {
    const whole = message()
    const r = receiver()
    for (let i = 0; i < whole.length; i++) {
      const changed = Buffer.from(whole)
      changed[i] = (changed[i] as number) ^ 0x01
      let got: string
      try {
        got = refusal(receive(r, changed))
      } catch (error) {
        got = (error as Error).constructor.name
      }
      expect(['wrongDigests', 'unknownUserNames', 'unsupportedSecLevels', 'BerError'], `byte ${i}`).toContain(got)
    }
    expect(refusal(receive(r, whole))).toBe('notification')
  })

  it('refuses digests of any other length (CVE-2008-0960)', () => {
    for (let length = 0; length < 24; length++) {
      const whole = message({ from: signer, time: length })
      const c = cursorOver(whole)
      const h = emptyV3Header()
      enter(c, 0x30, 'message')
      readInteger(c, 'version')
      readV3Header(c, h)
      if (length === 12) continue
      const digest = whole.subarray(h.digestAt, h.digestAt + Math.min(12, length))
      const padded = Buffer.concat([digest, Buffer.alloc(Math.max(0, length - 12))])
      const security = tlv(
        0x30,
        octets(engineId),
        Buffer.from([2, 1, 5]),
        Buffer.from([2, 1, length]),
        octets('signer'),
        octets(padded),
        octets(''),
      )
      const global = whole.subarray(
        whole.indexOf(0x30, 5),
        whole.indexOf(0x30, 5) + 2 + (whole[whole.indexOf(0x30, 5) + 1] as number),
      )
      const short = tlv(0x30, Buffer.from([2, 1, 3]), global, octets(security), whole.subarray(h.dataAt))
      expect(refusal(receive(receiver(), short)), `${length} bytes`).toBe('wrongDigests')
    }
  })

  it('refuses a lower level than the user is set to, and an unknown user', () => {
    const r = receiver()
    expect(refusal(receive(r, message({ flags: 1 })))).toBe('unsupportedSecLevels')
    expect(refusal(receive(r, message({ flags: 0 })))).toBe('unsupportedSecLevels')
    expect(refusal(receive(r, message({ from: { ...signer, name: 'else' } })))).toBe('unknownUserNames')
    expect(refusal(receive(r, message({ from: { ...signer, authKey: 'other-password' } })))).toBe('wrongDigests')
  })
})

describe('the time window', () => {
  it('refuses a captured trap 151 seconds later, takes one inside the window, never the same twice', () => {
    const r = receiver()
    const captured = message({ time: 1000 })
    const late = message({ time: 1000 })
    expect(refusal(receive(r, captured, 0))).toBe('notification')
    expect(refusal(receive(r, captured, 1000))).toBe('v3-duplicate')
    expect(refusal(receive(r, message({ time: 1000 }), 149_000))).toBe('notification')
    expect(refusal(receive(r, late, 151_500))).toBe('v3-replay')
    expect(refusal(receive(r, message({ time: 1151 }), 151_500))).toBe('notification')
  })

  it('refuses earlier boots, takes a reboot, and is not locked out by slow drift over a month', () => {
    const r = receiver()
    expect(refusal(receive(r, message({ boots: 5, time: 9_000_000 })))).toBe('notification')
    expect(refusal(receive(r, message({ boots: 4, time: 9_000_000 })))).toBe('v3-replay')
    expect(refusal(receive(r, message({ boots: 6, time: 10 }), 1000))).toBe('notification')
    const month = 30 * 86_400
    expect(refusal(receive(r, message({ boots: 6, time: month - 500 }), month * 1000))).toBe('notification')
  })

  it('keeps its memory over a restart, and believes nothing older than the last trap then', () => {
    const before = receiver()
    receive(before, message({ time: 1000 }))
    const state = JSON.parse(JSON.stringify(before.state()))
    expect(refusal(receive(receiver(state), message({ time: 999 })))).toBe('v3-replay')
    expect(refusal(receive(receiver(state), message({ boots: 4, time: 5000 })))).toBe('v3-replay')
    expect(refusal(receive(receiver(state), message({ time: 1001 })))).toBe('notification')
  })

  it('keeps clones with one engine id apart, but not a stranger with a captured trap', () => {
    const r = receiver()
    expect(refusal(receive(r, message({ boots: 9, time: 50 }), 0, '10.0.0.1'))).toBe('notification')
    expect(refusal(receive(r, message({ boots: 2, time: 70 }), 0, '10.0.0.2'))).toBe('notification')
    expect(refusal(receive(r, message({ boots: 9, time: 60 }), 0, '192.0.2.66', false))).toBe('v3-foreign-engine')
  })
})

describe('informs, for which we are the authority', () => {
  const own = Buffer.from(OWN, 'hex')
  const inform = trapPdu({ pdu: 0xa6, requestId: 42 })

  it('answers discovery with its engine id', () => {
    const probe = message({
      engine: Buffer.alloc(0),
      flags: FLAG.reportable,
      from: { name: '', level: 'noAuthNoPriv' },
      pdu: trapPdu({ pdu: 0xa0 }),
    })
    const outcome = receive(receiver(), probe)
    expect(refusal(outcome)).toBe('unknownEngineIDs')
    const answer = outcome.kind === 'refused' ? outcome.answer : undefined
    expect(answer?.includes(own)).toBe(true)
    // usmStatsUnknownEngineIDs.0
    expect(answer?.includes(Buffer.from('060a2b060106030f01010400', 'hex'))).toBe(true)
  })

  it('signs the report of a message outside the window', () => {
    const r = receiver()
    const outcome = receive(r, message({ engine: own, boots: 0, time: 0, flags: 7, pdu: inform }), 500_000)
    expect(refusal(outcome)).toBe('notInTimeWindows')
    const answer = outcome.kind === 'refused' ? (outcome.answer as Buffer) : Buffer.alloc(0)
    const c = cursorOver(answer)
    const h = emptyV3Header()
    enter(c, 0x30, 'message')
    readInteger(c, 'version')
    readV3Header(c, h)
    expect(h).toMatchObject({ flags: 1, boots: 3, time: 500 })
    const digest = Buffer.from(answer.subarray(h.digestAt, h.digestEnd))
    answer.fill(0, h.digestAt, h.digestEnd)
    expect(prepareUser(user).keysFor(own).digest(answer)).toEqual(digest)
  })

  it('takes an inform inside the window and can answer it', () => {
    const outcome = receive(receiver(), message({ engine: own, boots: 3, time: 400, flags: 7, pdu: inform }), 500_000)
    expect(outcome.kind).toBe('notification')
    expect(outcome.kind === 'notification' && outcome.respond?.()).toBeInstanceOf(Buffer)
  })

  it('tells a sender that holds an old engine id of ours to ask anew', () => {
    const outcome = receive(receiver(), message({ flags: 7, pdu: inform }))
    expect(refusal(outcome)).toBe('unknownEngineIDs')
  })
})
