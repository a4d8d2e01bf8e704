// What the attacker tries with its own, good identity: other agents' topics, wildcards, wills, other names.
import { DOWN_CHANNELS, UP_CHANNELS } from '#shared/wire/topics.ts'
import type { Attack, Probe } from './attack.ts'
import { type ConnectWish, connectPacket, publishPacket, subscribePacket, unsubscribePacket } from './mqtt-bytes.ts'
import { batchOf, helloOf, MARK, renewalOf, reportOf } from './payloads.ts'

const ROOT = 'outrider/v1/a'

export function topicProbes(attack: Attack): Probe[] {
  const { a, b } = attack.stage
  return [...publishing(attack), ...subscribing(attack), ...wills(attack), ...names(attack), ...payloads(attack)].map(
    (probe) => ({ ...probe, name: probe.name.replaceAll(b.agent, 'B').replaceAll(a.agent, 'A').slice(0, 120) }),
  )
}

/** Every topic of the witness, and topics that look like one. */
function foreignTopics({ stage: { a, b } }: Attack): { exact: string[]; odd: string[] } {
  const exact = [
    ...UP_CHANNELS.map((c) => `${ROOT}/${b.agent}/up/${c}`),
    ...DOWN_CHANNELS.map((c) => `${ROOT}/${b.agent}/down/${c}`),
  ]
  const odd = [
    `${ROOT}/${b.agent}/up/event/`,
    `/${ROOT}/${b.agent}/up/event`,
    `${ROOT}/${a.agent}/../${b.agent}/up/event`,
    `${ROOT}/${a.agent}/up/../../${b.agent}/up/event`,
    `${ROOT}//up/event`,
    `${ROOT}/${b.agent.toUpperCase()}/up/event`,
    `${ROOT}/${b.agent}\u200b/up/event`,
    `${ROOT}/${b.agent}/up/${'x'.repeat(2000)}`,
    `${ROOT}/${a.agent}/down/command`,
    `${ROOT}/outrider.collector/up/event`,
    '$SYS/broker/uptime',
    '$CONTROL/dynamic-security/v1',
    `$share/g/${ROOT}/${b.agent}/down/ack`,
    `$queue/${ROOT}/${b.agent}/up/event`,
    'a/'.repeat(500),
  ]
  return { exact, odd }
}

function publishing(attack: Attack): Probe[] {
  const { exact, odd } = foreignTopics(attack)
  const { b } = attack.stage
  const ways = [{ qos: 0 }, { qos: 1 }, { qos: 1, duplicate: true }, { qos: 2 }, { qos: 1, retain: true }]
  const payloadFor = (topic: string) =>
    topic.endsWith('hello') ? helloOf(b.agent, `${MARK}-host`) : topic.endsWith('event') ? batchOf(b.agent) : MARK
  return [
    ...exact.flatMap((t) => ways.map((w) => ({ t, w }))),
    ...odd.flatMap((t) => ways.slice(0, 2).map((w) => ({ t, w }))),
  ].map(({ t, w }) => ({
    name: `publish ${t} ${JSON.stringify(w)}`,
    async run() {
      const party = await attack.me()
      party.send(publishPacket(t, payloadFor(t), { ...w, id: 1 + Math.floor(attack.random() * 60_000) }))
      // QoS 2 is done in two steps
      if (w.qos === 2) party.send(Buffer.from([0x62, 2, 0, 1]))
      await pause(4)
    },
  }))
}

function subscribing(attack: Attack): Probe[] {
  const { a, b } = attack.stage
  const filters = [
    ...foreignTopics(attack).exact,
    ...[`${ROOT}/${b.agent}/#`, `${ROOT}/${b.agent}/down/+`, `${ROOT}/${b.agent}/up/+`, `${ROOT}/${b.agent}/+/ack`],
    ...[`${ROOT}/+/down/+`, `${ROOT}/+/down/ack`, `${ROOT}/+/up/+`, `${ROOT}/+/up/hello`, `${ROOT}/+/#`, `${ROOT}/#`],
    ...['#', '+/#', '+/+/+/+/+/+', 'outrider/#', `outrider/+/+/${b.agent}/+/+`, '/#', `${ROOT}/${a.agent}/up/+`],
    ...['$SYS/#', '$SYS/broker/clients/+', '$share/g/#', `$share/g/${ROOT}/+/up/+`, '$CONTROL/#', '$queue/#'],
    ...[`$share/x/${ROOT}/${b.agent}/down/+`, `$share//${ROOT}/+/down/+`, `$share/+/${ROOT}/#`, `$share/#`],
    ...[`${ROOT}/${a.agent}/../+/down/+`, `${ROOT}/${b.agent}/down/ack/#`],
  ]
  return filters.flatMap((filter) =>
    [0, 1, 2].map((qos) => ({
      name: `subscribe ${filter} qos ${qos}`,
      async run() {
        const party = await attack.me()
        party.send(subscribePacket(filter, qos))
        await attack.witness.round()
        party.send(unsubscribePacket(filter))
      },
    })),
  )
}

function wills(attack: Attack): Probe[] {
  const { a } = attack.stage
  const { exact, odd } = foreignTopics(attack)
  const topics = [...exact, ...odd.slice(0, 6), '#', '+/+']
  return topics.flatMap((topic) =>
    [{ qos: 1 }, { qos: 0, retain: true }].map((how) => ({
      name: `will ${topic} ${JSON.stringify(how)}`,
      async run() {
        const party = attack.open(a, { clientId: a.agent, will: { topic, payload: MARK, ...how } })
        await party.settled()
        party.drop()
        await pause(10)
      },
    })),
  )
}

/** Client ids and user names of others. */
function names(attack: Attack): Probe[] {
  const { a, b } = attack.stage
  const ids = [
    b.agent,
    'outrider.collector',
    'outrider-collector-1',
    '',
    '#',
    `${b.agent}\0`,
    `${b.agent} `,
    'x'.repeat(9000),
  ]
  const users = [undefined, a.agent, b.agent, 'outrider.collector']
  const wishes: ConnectWish[] = ids.flatMap((clientId) =>
    users.map((username) => ({ clientId, ...(username === undefined ? {} : { username, password: 'guess' }) })),
  )
  const more: ConnectWish[] = [
    { clientId: b.agent, clean: false },
    { clientId: b.agent, level: 3 },
    { clientId: b.agent, level: 5 },
    { clientId: a.agent, level: 5, username: b.agent },
    { clientId: b.agent, keepalive: 0 },
    { clientId: Buffer.from([0xff, 0xfe, 0xfd]) },
  ]
  const signIns = [...wishes, ...more].map((wish) => ({
    name: `sign in ${JSON.stringify({ ...wish, clientId: String(wish.clientId).slice(0, 40) })}`,
    async run() {
      const party = attack.open(a, wish)
      await party.settled()
      await attack.abuse(party)
    },
  }))
  // everything in one write: what is waiting behind a sign-in that is refused
  const behind = [b.agent, 'outrider.collector'].map((clientId) => ({
    name: `behind the sign-in of ${clientId}`,
    async run() {
      const party = attack.open(a, undefined)
      await new Promise((resolve) => party.socket.once('secureConnect', resolve).once('close', resolve))
      party.send(
        connectPacket({ clientId }),
        subscribePacket('#', 1),
        publishPacket(`${ROOT}/${b.agent}/up/event`, batchOf(b.agent), { qos: 1 }),
      )
      await attack.witness.round()
      party.drop()
    },
  }))
  return [...signIns, ...behind]
}

/** On its own topics, in the witness' name. The collector must not believe it. */
function payloads(attack: Attack): Probe[] {
  const { a, b } = attack.stage
  const tries: [string, () => string | Buffer][] = [
    ['hello', () => helloOf(b.agent, `${MARK}-host`)],
    ['event', () => batchOf(b.agent)],
    ['telemetry', () => batchOf(b.agent)],
    ['result', () => batchOf(b.agent, 1_000_000)],
    ['series', () => JSON.stringify({ version: 1, agent: b.agent, epoch: MARK, series: [] })],
    ['identity', () => renewalOf(b.agent, b.certificate)],
    ['config', () => reportOf(b.agent)],
    ['event', () => MARK],
    ['event', () => Buffer.alloc(0)],
    ['hello', () => '{"agent":'.repeat(5000)],
  ]
  return tries.flatMap(([channel, payload], i) =>
    [0, 1].map((qos) => ({
      name: `own ${channel} in the name of B (${i}), qos ${qos}`,
      async run() {
        const party = await attack.me()
        party.send(publishPacket(`${ROOT}/${a.agent}/up/${channel}`, payload(), { qos, id: 9 }))
        await pause(10)
      },
    })),
  )
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
