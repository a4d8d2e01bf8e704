import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { printProblem } from '#shared/config/read-config.ts'
import { type FoundIdentity, readAgentConfig } from './config.ts'
import { generatedFiles } from './generated-files.ts'

const secrets = {
  env: (name: string) =>
    ({ SNMP_AUTH_KEY: 'auth-key-1', SNMP_PRIV_KEY: 'priv-key-1', OUTRIDER_BROKER_PASSWORD: 'pw' })[name],
  file: () => {
    throw new Error('no such file')
  },
}
const read = (text: string) => readAgentConfig(text, { file: 'agent.yaml', secrets })
const good = (text: string) => {
  const result = read(text)
  if (!result.ok) throw new Error(result.problems.map(printProblem).join('\n'))
  return result.value
}
const problems = (text: string) => {
  const result = read(text)
  return result.ok ? [] : result.problems.map(printProblem)
}
const HEAD = 'agent: {id: agent-test-01}\nbroker: {url: "mqtt://b", password: pw}\n'

describe('agent.yaml', () => {
  it('reads its own example', () => {
    const config = good(generatedFiles()['agent.example.yaml'])
    expect(config.devices[0]?.snmp).toMatchObject({
      version: 'v3',
      level: 'authPriv',
      authKey: 'auth-key-1',
      port: 161,
    })
    expect(config.trapUsers.map((set) => set.user)).toEqual(['outrider'])
  })

  it('is generated: docs hold what the schema says', () => {
    for (const [name, text] of Object.entries(generatedFiles()))
      expect(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8'), name).toBe(text)
  })

  it('fills in defaults and lets a device say otherwise', () => {
    const config = good(`${HEAD}defaults: {snmp: {intervalMs: 30000}, icmp: {count: 5}}
credentials: {lab: {version: v2c, community: public}}
devices:
  - {id: a, address: 10.0.0.1, snmp: {credentials: lab, retries: 0}, icmp: {timeoutMs: 500}, tcp: [{port: 22}]}
  - {id: b, address: b.example, parents: [a], http: [{url: "https://b.example/"}]}
`)
    const [a, b] = config.devices
    expect(a?.snmp).toEqual({
      version: 'v2c',
      community: 'public',
      port: 161,
      timeoutMs: 3000,
      retries: 0,
      intervalMs: 30000,
      maxRepetitions: 25,
    })
    expect(a?.icmp).toEqual({ count: 5, intervalMs: 30000, timeoutMs: 500 })
    expect(b).toMatchObject({ name: 'b', parents: ['a'], http: [{ verifyTls: true, expectStatus: [] }] })
  })

  it('refuses a command key that is none, and a password in a URL', () => {
    const found = problems(`${HEAD}commandKey: c2VjcmV0
devices: [{id: a, address: a.example, http: [{url: "https://user:pass@a.example/"}]}]`)
    expect(found).toEqual([
      expect.stringMatching(/^agent\.yaml:3:1: commandKey: not an Ed25519 public key/),
      expect.stringMatching(/^agent\.yaml:4:\d+: devices\[0\]\.http\[0\]\.url: user and password/),
    ])
    expect(found.join()).not.toMatch(/user:pass/)
    const { publicKey } = generateKeyPairSync('ed25519')
    const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
    expect(good(`${HEAD}commandKey: ${key}`).commandKey).toBe(key)
  })

  it('tells every problem with its place', () => {
    const found = problems(`agent: {id: Bad}
broker: {url: "mqtt://u:p@b", password: {fromEnv: NOWHERE}}
helth: {port: 1}
devices:
  - {id: a, address: 10.0.0.1, snmp: {credentials: lost}}
  - {id: a, address: "--config", parents: [nobody]}
`)
    expect(found.join('\n')).toMatch(/agent\.yaml:1:9: agent\.id: an agent id/)
    expect(found.join('\n')).toMatch(/broker\.password: environment variable NOWHERE/)
    expect(found.join('\n')).toMatch(/3:1: helth: unknown key; did you mean "health"/)
    expect(found.join('\n')).toMatch(/devices\[1\]\.address: an IP address or a host name/)
  })

  it('checks what refers to what', () => {
    const found = problems(`${HEAD}devices:
  - {id: a, address: 10.0.0.1, snmp: {credentials: lost}}
  - {id: a, address: 10.0.0.2, parents: [nobody]}
  - {id: c, address: 10.0.0.3, snmp: {version: v3, user: u, level: authPriv, authKey: short}}
inputs: {files: [{path: /x, device: nobody}]}
`)
    for (const text of [
      'devices[0].snmp.credentials: no credentials "lost"',
      'devices[1].id: "a" is used twice',
      'devices[1].parents[0]: no other device "nobody"',
      'devices[2].snmp: authPriv needs `privKey`',
      'inputs.files[0].device: no device "nobody"',
    ])
      expect(found.join('\n')).toContain(text)
  })

  it('refuses parents that are each other’s, and names the way', () => {
    const found = problems(`${HEAD}devices:
  - {id: a, address: 10.0.0.1, parents: [c]}
  - {id: b, address: 10.0.0.2, parents: [a]}
  - {id: c, address: 10.0.0.3, parents: [b], poweredBy: [strip-1], via: [line-1], nearAgent: true}
`)
    expect(found.join('\n')).toContain('devices[1].parents: a cycle: a > c > b > a')
  })

  describe('with an identity', () => {
    const { publicKey } = generateKeyPairSync('ed25519')
    const commandKey = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
    const enrolled = {
      ...{ agent: 'acme-hq-agent', brokerUrl: 'mqtts://collector.example:8883', commandKey, timeZone: 'Asia/Shanghai' },
    }
    const asked: string[] = []
    const readWith = (text: string, found: FoundIdentity = { kind: 'good', identity: enrolled }) =>
      readAgentConfig(text, {
        file: 'agent.yaml',
        secrets,
        identity(dataDir) {
          asked.push(dataDir)
          return found
        },
      })
    const problemsWith = (text: string, found?: FoundIdentity) => {
      const result = readWith(text, found)
      return result.ok ? [] : result.problems.map(printProblem)
    }

    it('needs no file at all', () => {
      expect(readWith('')).toMatchObject({
        ok: true,
        value: {
          agent: { id: 'acme-hq-agent' },
          broker: { url: 'mqtts://collector.example:8883', username: 'acme-hq-agent' },
          ...{ commandKey, timeZone: 'Asia/Shanghai', enrolled: true },
        },
      })
      expect(problems('').map((text) => text.replace(/:\s*needed.*/, ''))).toEqual([
        'agent.yaml:1:1: agent.id',
        'agent.yaml:1:1: broker.url',
        'agent.yaml:1:1: broker.password',
      ])
    })

    it('looks for it where the file says, and lets the file say zone and way in', () => {
      const text =
        'dataDir: /srv/a\ntimeZone: Europe/Berlin\nbroker: {url: "mqtts://10.0.0.9:8884"}\nagent: {id: acme-hq-agent}'
      const result = readWith(text)
      expect(asked.at(-1)).toBe('/srv/a')
      expect(result).toMatchObject({
        ok: true,
        value: { timeZone: 'Europe/Berlin', broker: { url: 'mqtts://10.0.0.9:8884' } },
      })
    })

    it('tells every contradiction with its place', () => {
      const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
      const found = problemsWith(`agent: {id: acme-old-agent}
broker: {url: "mqtt://b", username: somebody, password: pw, cert: c, key: k}
commandKey: ${other}
`)
      expect(found.map((text) => text.split(': ').slice(0, 2).join(': '))).toEqual([
        'agent.yaml:1:9: agent.id',
        'agent.yaml:2:10: broker.url',
        'agent.yaml:2:27: broker.username',
        'agent.yaml:2:47: broker.password',
        'agent.yaml:2:61: broker.cert',
        'agent.yaml:2:70: broker.key',
        'agent.yaml:3:1: commandKey',
      ])
      expect(found.join()).toContain('enrolled as acme-hq-agent')
    })

    it('tells of one that cannot be used', () => {
      expect(problemsWith('', { kind: 'bad', problem: 'no key' })).toEqual([
        'agent.yaml:1:1: dataDir: the identity cannot be used: no key',
      ])
    })
  })

  it('never prints the secrets of the broker', () => {
    expect(inspect(good(HEAD).broker, { depth: 5 })).not.toContain('pw')
  })
})
