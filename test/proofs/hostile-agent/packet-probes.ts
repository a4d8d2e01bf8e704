// Broken and oversized packets over the attacker's good connection, and too much of everything.
import type { Attack, Probe } from './attack.ts'
import { connectPacket, number16, packet, publishPacket, subscribePacket, text } from './mqtt-bytes.ts'
import { MARK } from './payloads.ts'

export function packetProbes(attack: Attack): Probe[] {
  const { a, b } = attack.stage
  const topic = `outrider/v1/a/${b.agent}/up/event`
  const own = `outrider/v1/a/${a.agent}/up/event`
  const packets: [string, Buffer[]][] = [
    ['a second CONNECT as B', [connectPacket({ clientId: b.agent })]],
    ['a second CONNECT, then a publish', [connectPacket({ clientId: b.agent }), publishPacket(topic, MARK)]],
    ['a length without end', [Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])]],
    ['a claimed length of 256 MB', [Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]), Buffer.alloc(1000)]],
    ['a payload of 2 MB', [publishPacket(own, Buffer.alloc(2 * 1024 * 1024, 65), { qos: 1 })]],
    ['a payload one byte over the limit', [publishPacket(own, Buffer.alloc(320 * 1024 + 1, 65), { qos: 1 })]],
    ['QoS 3', [packet(0x36, text(topic), number16(1), Buffer.from(MARK))]],
    ['packet id 0', [publishPacket(topic, MARK, { qos: 1, id: 0 })]],
    ['an empty topic', [publishPacket('', MARK)]],
    ['a NUL in a topic', [publishPacket(`${own}\0`, MARK)]],
    ['a topic cut by NUL', [publishPacket(`${topic}\0/x`, MARK)]],
    ['a topic that is no UTF-8', [publishPacket(Buffer.from([0xc3, 0x28, 0xff]), MARK)]],
    ['a surrogate in a topic', [publishPacket(Buffer.from([0xed, 0xa0, 0x80]), MARK)]],
    ['a topic longer than its packet', [Buffer.from([0x30, 4, 0xff, 0xff, 65, 65])]],
    ['a publish to +', [publishPacket('outrider/v1/a/+/up/event', MARK)]],
    ['a publish to #', [publishPacket('#', MARK)]],
    ['a subscription to nothing', [packet(0x82, number16(1))]],
    ['a subscription with QoS 3', [packet(0x82, number16(1), text('#'), Buffer.from([3]))]],
    ['a subscription to a##', [subscribePacket('a##', 1)]],
    ['a subscription to +a', [subscribePacket('outrider/v1/a/+a/down/+', 1)]],
    ['a subscription of 300 levels', [subscribePacket('+/'.repeat(300), 1)]],
    [
      '2000 filters at once',
      [
        packet(
          0x82,
          number16(1),
          ...Array.from({ length: 2000 }, (_, i) => Buffer.concat([text(`${i}/#`), Buffer.from([1])])),
        ),
      ],
    ],
    ['wrong flags of SUBSCRIBE', [packet(0x80, number16(1), text('#'), Buffer.from([1]))]],
    ['an UNSUBSCRIBE of nothing', [packet(0xa2, number16(1))]],
    ['a CONNACK', [Buffer.from([0x20, 2, 0, 0])]],
    ['a SUBACK', [Buffer.from([0x90, 3, 0, 1, 1])]],
    ['PUBACKs of nothing', Array.from({ length: 200 }, (_, i) => packet(0x40, number16(i + 1)))],
    ['PUBRELs of nothing', Array.from({ length: 200 }, (_, i) => packet(0x62, number16(i + 1)))],
    ['PUBREC and PUBCOMP of nothing', [packet(0x50, number16(1)), packet(0x70, number16(1))]],
    ['packet type 0', [Buffer.from([0, 0])]],
    ['packet type 15', [Buffer.from([0xf0, 0])]],
    ['5000 pings', Array.from({ length: 5000 }, () => Buffer.from([0xc0, 0]))],
    ['3000 publishes to B', Array.from({ length: 3000 }, () => publishPacket(topic, MARK))],
    [
      '3000 rubbish publishes to itself',
      Array.from({ length: 3000 }, (_, i) => publishPacket(own, MARK, { qos: 1, id: 1 + i })),
    ],
  ]
  const sendAll = packets.map(([name, bytes]) => ({
    name,
    async run() {
      const party = await attack.me()
      party.send(...bytes)
      await attack.witness.round()
    },
  }))
  const noise = Array.from({ length: 30 }, (_, i) => ({
    name: `noise ${i}`,
    async run() {
      const bytes = Buffer.from(Array.from({ length: 400 }, () => Math.floor(attack.random() * 256)))
      // half of it before a sign-in
      const party = i % 2 === 0 ? await attack.me() : attack.open(a, undefined)
      if (i % 2 !== 0)
        await new Promise((resolve) => party.socket.once('secureConnect', resolve).once('close', resolve))
      party.send(bytes)
      await pause(20)
      party.drop()
    },
  }))
  const crowd: Probe = {
    name: '150 connections at once with one identity',
    async run() {
      const crowd = Array.from({ length: 150 }, () => attack.open(a, { clientId: a.agent }))
      await Promise.all(crowd.map((p) => p.settled(10_000)))
      await attack.witness.round()
      for (const one of crowd) one.drop()
    },
  }
  const silent: Probe = {
    name: '100 handshakes that never begin',
    async run() {
      const idle = Array.from({ length: 100 }, () => attack.open(undefined, undefined))
      await attack.witness.round()
      for (const one of idle) one.drop()
    },
  }
  return [...sendAll, ...noise, crowd, silent]
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
