import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printProblem } from '#shared/config/read-config.ts'
import { makeSealingKey, openSealed, seal } from '#shared/seal/seal.ts'
import type { SiteConfig } from '#shared/wire/site-config.ts'
import { readAgentConfig } from './config.ts'
import { siteView } from './site-view.ts'

const AGENT = 'agent-hq-0001'
const key = makeSealingKey()
const open = (box: string) => openSealed(key.privatePem, box, AGENT)
const sealed = (text: string, to = key.publicKey, purpose = AGENT) => seal(to, text, purpose)

function own(text = '') {
  const head = `agent: {id: ${AGENT}}\nbroker: {url: "mqtt://b", password: pw}\n`
  const read = readAgentConfig(head + text, {
    ...{ file: 'agent.yaml', secrets: { env: () => undefined, file: () => '' } },
  })
  if (!read.ok) throw new Error(read.problems.map(printProblem).join('\n'))
  return read.value
}
const config = (other: Partial<SiteConfig>): SiteConfig => ({
  ...{ agent: AGENT, configVersion: 1, madeAt: 1, credentials: {}, devices: [], profiles: [], settings: {} },
  ...other,
})
const view = (other: Partial<SiteConfig>, file = '') => siteView(own(file), config(other), open)
const V2C = { version: 'v2c', community: sealed('public') }

describe('what the agent watches', () => {
  it('is the file alone without a configuration', () => {
    const file = 'devices: [{id: a, address: 192.0.2.1, icmp: {}}]\ninputs: {traps: {port: 1162}}\n'
    const alone = siteView(own(file), undefined, open)
    expect(alone.devices).toEqual(own(file).devices)
    expect(alone).toMatchObject({ inputs: own(file).inputs, problems: [] })
    expect(alone.devices[0]?.origin).toBeUndefined()
  })

  it('is both together; credentials are opened, defaults of the collector hold for its devices', () => {
    const { devices, problems } = view(
      {
        credentials: { lab: V2C },
        devices: [{ id: 'b', address: 'b.example', snmp: { credentials: 'lab', retries: 3 }, parents: ['a'] }],
        settings: { defaults: { snmp: { intervalMs: 15_000 } } },
      },
      'devices: [{id: a, address: 192.0.2.1, snmp: {version: v2c, community: own}}]\ndefaults: {snmp: {timeoutMs: 500}}',
    )
    expect(problems).toEqual([])
    expect(devices[1]).toMatchObject({ id: 'b', name: 'b', parents: ['a'] })
    expect(devices[1]?.snmp).toMatchObject({
      version: 'v2c',
      community: 'public',
      retries: 3,
      intervalMs: 15_000,
      timeoutMs: 500,
    })
    expect(devices[0]?.snmp).toMatchObject({ community: 'own', intervalMs: 60_000 })
    expect(devices.map((device) => device.origin)).toEqual([undefined, 'collector'])
  })

  it('loses a bad device only, and says which and why', () => {
    const { devices, problems } = view(
      {
        credentials: {
          lab: V2C,
          plain: { version: 'v2c', community: 'public' },
          foreign: { version: 'v2c', community: sealed('public', makeSealingKey().publicKey) },
          weak: { version: 'v3', user: 'u', level: 'authPriv', authKey: sealed('long-enough') },
          moved: { version: 'v2c', community: sealed('public', key.publicKey, 'agent-hq-0002') },
        },
        devices: [
          { id: 'good', address: '192.0.2.1', snmp: { credentials: 'lab' } },
          { id: 'a', address: '192.0.2.2', icmp: {} },
          { id: 'good', address: '192.0.2.3', icmp: {} },
          { id: 'odd', address: '--config', icmp: {} },
          { id: 'typo', address: '192.0.2.4', icpm: {} },
          { id: 'p', address: '192.0.2.5', snmp: { credentials: 'plain' } },
          { id: 'f', address: '192.0.2.6', snmp: { credentials: 'foreign' } },
          { id: 'w', address: '192.0.2.7', snmp: { credentials: 'weak' } },
          { id: 'm', address: '192.0.2.8', snmp: { credentials: 'moved' } },
          { id: 'inline', address: '192.0.2.9', snmp: { version: 'v2c', community: 'public' } },
          { id: 'child', address: '192.0.2.10', icmp: {}, parents: ['odd', 'good'] },
          { address: '192.0.2.11' },
        ],
      },
      'devices: [{id: a, address: 192.0.2.99, icmp: {}}]',
    )
    expect(devices.map((device) => device.id)).toEqual(['a', 'good', 'child'])
    expect(devices[0]?.address).toBe('192.0.2.99')
    expect(devices[2]?.parents).toEqual(['good'])
    const said = problems.map(({ device, path, message }) => `${device} ${path}: ${message}`).join('\n')
    for (const text of [
      'null credentials.plain: `community` is not sealed to this agent',
      'null credentials.foreign: `community` cannot be opened',
      'null credentials.moved: `community` cannot be opened',
      'null credentials.weak: authPriv needs `privKey`',
      "a id: the site's own file has a device of this id",
      'good id: this id is used twice',
      'odd address: an IP address or a host name',
      'typo icpm: unknown key',
      'p snmp.credentials: no usable credentials "plain"',
      'w snmp.credentials: no usable credentials "weak"',
      'inline snmp',
      'child parents: no other device "odd"',
      'null id',
    ])
      expect(said).toContain(text)
  })

  it('lets the file have the last word on what it listens to and on its zone', () => {
    const settings = {
      inputs: { traps: { port: 2162 }, syslog: { udp: { port: 2514 } } },
      timeZone: 'Europe/Berlin',
    }
    const both = view({ settings }, 'inputs: {traps: {port: 1162}}\ntimeZone: Asia/Shanghai\n')
    expect(both.inputs).toMatchObject({ traps: { port: 1162 }, syslog: { udp: { port: 2514 } } })
    expect(both.timeZone).toBe('Asia/Shanghai')
    expect(both.problems.map((p) => p.path)).toEqual(['settings.inputs.traps', 'settings.timeZone'])
    expect(view({ settings })).toMatchObject({
      inputs: { traps: { port: 2162 } },
      timeZone: 'Europe/Berlin',
      problems: [],
    })
  })

  it('never lets the collector name files to read or widen what is listened to by mistake', () => {
    const { inputs, problems, timeZone } = view({
      settings: {
        inputs: { files: [{ path: '/etc/shadow' }], traps: { port: 2162 } },
        timeZone: 'Nowhere/At-All',
        other: 1,
      },
    })
    expect(inputs).toMatchObject({ files: [] })
    expect(inputs.traps).toBeUndefined()
    expect(timeZone).toBeUndefined()
    expect(problems.map((p) => p.path)).toEqual(['settings.inputs.files', 'settings.other', 'settings.timeZone'])
  })

  it('accepts traps of the v3 users of all devices, or of the sets that are named', () => {
    const set = (user: string) => ({ version: 'v3', user, authKey: sealed('auth-key-12') })
    const credentials = { one: set('one'), two: set('two') }
    const devices = [{ id: 'b', address: '192.0.2.1', snmp: { credentials: 'one' } }]
    const users = (settings: object, file = '') =>
      view({ credentials, devices, settings: settings as SiteConfig['settings'] }, file).trapUsers.map((u) => u.user)
    expect(users({ inputs: { traps: {} } })).toEqual(['one'])
    expect(users({ inputs: { traps: { credentials: ['two'] } } })).toEqual(['two'])
    const file = 'credentials: {own: {version: v3, user: own, authKey: own-key-1234}}\n'
    expect(users({}, `${file}inputs: {traps: {credentials: [own]}}\n`)).toEqual(['own'])
  })

  it('never throws, whatever is signed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom('id', 'address', 'snmp', 'icmp', 'tags', 'x'), fc.jsonValue())),
        fc.dictionary(fc.constantFrom('inputs', 'defaults', 'timeZone', 'x'), fc.jsonValue()),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.dictionary(fc.string(), fc.jsonValue())),
        (devices, settings, credentials) => {
          const { problems } = view({ devices, settings, credentials } as Partial<SiteConfig>)
          for (const { path, message } of problems) expect(path.length <= 256 && message.length <= 512).toBe(true)
        },
      ),
    )
  })
})
