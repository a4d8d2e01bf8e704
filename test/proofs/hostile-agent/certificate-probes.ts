// What the attacker tries with certificates it should not have, as if our own authority had been careless, and without any.

import { connect as tcp } from 'node:net'
import { type ConnectionOptions, createSecureContext } from 'node:tls'
import { issue, keyPem, makeKeys } from '#collector/authority/issue.ts'
import { createTestAuthority, type Oddity } from '../../support/test-authority.ts'
import type { Attack, Probe } from './attack.ts'
import { connectPacket, publishPacket } from './mqtt-bytes.ts'
import type { Shown } from './party.ts'
import { batchOf } from './payloads.ts'

const DAY = 86_400_000

export async function certificateProbes(attack: Attack): Promise<Probe[]> {
  return [...(await tricks(attack, meaningful(attack))), ...(await wrong(attack)), ...oldWays(attack)]
}

/**
 * To be tried after everything else: Mosquitto 2.0.11 refuses a NUL in a name, but then forgets which connection has the
 * client id that was sent with it, so that nobody can throw that one off any more.
 */
export async function nulProbes(attack: Attack): Promise<Probe[]> {
  const { b } = attack.stage
  return tricks(attack, [`${b.agent}\0`, `${b.agent}\0.example`, `\0${b.agent}`, 'outrider.collector\0'])
}

/** Names with a meaning in topics, and names that look like the witness'. */
function meaningful({ stage: { b } }: Attack): string[] {
  return [
    ...['+', '#', '/', '', ' ', '$SYS', '%u', '%c', '*', '.', '..', '\n', '+/up', '+/down', '#/'],
    ...[`${b.agent}/up`, `${b.agent}/down`, `${b.agent}/#`, `${b.agent}/+`, `${b.agent}/down/ack`, `/${b.agent}`],
    ...[`${b.agent} `, ` ${b.agent}`, `${b.agent}\n`],
    ...[b.agent.toUpperCase(), `${b.agent}\u200b`, b.agent.replace('e', '\u0435'), '网络-agent', 'Ünïcode-agent'],
    ...[
      'a'.repeat(64),
      'a'.repeat(65),
      'a'.repeat(5000),
      'outrider.collector\0',
      'outrider.collector ',
      'root',
      'admin',
    ],
  ]
}

/** Signed by our own authority: whoever is let in must still reach nobody. */
async function tricks(attack: Attack, commonNames: readonly string[]): Promise<Probe[]> {
  const { b, signer } = attack.stage
  return Promise.all(
    commonNames.flatMap((commonName) =>
      [commonName, b.agent].map(async (clientId) => {
        const shown = await handmade(signer, commonName, Date.now())
        return {
          name: `certificate of ${encodeURIComponent(commonName).slice(0, 60)}, client id ${clientId === b.agent ? 'B' : 'the same'}`,
          async run() {
            const party = attack.open(shown, { clientId })
            await party.settled()
            await attack.abuse(party)
          },
        }
      }),
    ),
  )
}

/** Certificates that prove nothing: none of them may open the door. */
async function wrong(attack: Attack): Promise<Probe[]> {
  const { a, b, revoked, signer } = attack.stage
  const foreign = await createTestAuthority()
  const twin = await createTestAuthority(commonNameOf(signer.certificate.subject))
  const odd = async (by: typeof foreign, oddity: Partial<Oddity> = {}) => by.odd({ commonName: b.agent, ...oddity })
  const now = Date.now()
  const list: [string, Shown | undefined][] = [
    ['none', undefined],
    ['revoked', revoked],
    ['expired', await handmade(signer, b.agent, now - 1.5 * DAY, 1)],
    ["expired, attacker's name", await handmade(signer, a.agent, now - 1.5 * DAY, 1)],
    ['not yet valid', await handmade(signer, b.agent, now + 10 * DAY)],
    ['for servers', await handmade(signer, b.agent, now, 30, 'server')],
    ["for servers, attacker's name", await handmade(signer, a.agent, now, 30, 'server')],
    ['self-signed', await odd(foreign, { selfSigned: true })],
    ['self-signed authority', await odd(foreign, { selfSigned: true, isAuthority: true })],
    ['another authority', await odd(foreign)],
    ['another authority of the same name', await odd(twin)],
    ["another authority, collector's name", await odd(twin, { commonName: 'outrider.collector' })],
    ['signed by the agent itself', await signedBy(a, b.agent)],
  ]
  return list.flatMap(([what, shown]) =>
    [a.agent, b.agent, revoked.agent].map((clientId) => ({
      name: `certificate ${what}, client id ${clientId === b.agent ? 'B' : clientId === a.agent ? 'A' : 'revoked'}`,
      async run() {
        const party = attack.open(shown, { clientId, username: clientId })
        if ((await party.settled()) === 'in') attack.letIn.push(what)
        await attack.abuse(party)
      },
    })),
  )
}

/** Old versions, no TLS at all, a session taken up again. */
function oldWays(attack: Attack): Probe[] {
  const { a, b, revoked, port } = attack.stage
  const versions = (max: 'TLSv1' | 'TLSv1.1'): ConnectionOptions => ({
    ...{ minVersion: 'TLSv1', maxVersion: max, ciphers: 'ALL:@SECLEVEL=0' },
  })
  const signIn = (name: string, shown: Shown | undefined, tls: ConnectionOptions): Probe => ({
    name,
    async run() {
      const party = attack.open(shown, { clientId: shown === revoked ? revoked.agent : a.agent }, tls)
      if ((await party.settled(1500)) === 'in') attack.letIn.push(name)
      party.drop()
    },
  })
  return [
    signIn('TLS 1.0', a, versions('TLSv1')),
    signIn('TLS 1.1', a, versions('TLSv1.1')),
    signIn('no certificate, TLS 1.2', undefined, { maxVersion: 'TLSv1.2' }),
    signIn('anonymous ciphers', undefined, { maxVersion: 'TLSv1.2', ciphers: 'aNULL:eNULL:@SECLEVEL=0' }),
    signIn('revoked, TLS 1.2', revoked, { maxVersion: 'TLSv1.2' }),
    ...[a.agent, b.agent].map((clientId) => ({
      name: `plain bytes on the TLS port as ${clientId === b.agent ? 'B' : 'A'}`,
      async run() {
        const socket = tcp(port, '127.0.0.1')
        socket.on('error', () => undefined)
        let heard = 0
        socket.on('data', (chunk) => {
          // 0x20: CONNACK
          if (chunk[0] === 0x20) heard++
        })
        socket.write(
          Buffer.concat([
            connectPacket({ clientId }),
            publishPacket(`outrider/v1/a/${b.agent}/up/event`, batchOf(b.agent)),
          ]),
        )
        await attack.witness.round()
        if (heard > 0) attack.letIn.push('plain bytes')
        socket.destroy()
      },
    })),
    ...(['TLSv1.2', 'TLSv1.3'] as const).map((version) => ({
      name: `a session of A taken up without its certificate, ${version}`,
      async run() {
        const tls: ConnectionOptions = { minVersion: version, maxVersion: version }
        const first = attack.open(a, { clientId: a.agent }, tls)
        let session: Buffer | undefined
        first.socket.on('session', (s) => {
          session = s
        })
        await first.settled()
        await attack.witness.round()
        session ??= first.socket.getSession()
        first.drop()
        if (!session) return
        // resumed it would be A by right; as B it must not be
        const again = attack.open(
          undefined,
          { clientId: b.agent },
          { ...tls, session, secureContext: createSecureContext({ ca: attack.stage.ca }) },
        )
        await again.settled(1500)
        await attack.abuse(again)
      },
    })),
  ]
}

async function handmade(
  signer: Parameters<typeof issue>[0],
  commonName: string,
  at: number,
  days = 30,
  use: 'client' | 'server' = 'client',
): Promise<Shown> {
  const keys = await makeKeys()
  const made = await issue(signer, { commonName, publicKey: keys.publicKey, use, days }, at)
  return { certificate: `${made.toString('pem')}\n`, key: await keyPem(keys.privateKey) }
}

/** A certificate that A signed with its own key, with A's certificate behind it. */
async function signedBy(a: Shown, commonName: string): Promise<Shown> {
  const { X509Certificate, PemConverter } = await import('@peculiar/x509')
  const key = await crypto.subtle.importKey(
    'pkcs8',
    PemConverter.decodeFirst(a.key),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['sign'],
  )
  const made = await handmade({ certificate: new X509Certificate(a.certificate), key }, commonName, Date.now(), 1)
  return { certificate: made.certificate + a.certificate, key: made.key }
}

const commonNameOf = (subject: string): string => subject.replace(/^CN=/, '')
