import { once } from 'node:events'
import { globSync, readFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readAgentConfig } from '#agent/config/config.ts'
import { siteView } from '#agent/config/site-view.ts'
import { DEAF } from '#collector/site-config/peer.ts'
import { NO_SEALING_KEY, sealedConfig, unassignedReason } from '#collector/site-config/site-content.ts'
import { credentialsProblem } from '#shared/devices/device-config.ts'
import { readLocale } from '../../locale-parts.ts'
import { OF_LIBRARIES, SENTENCES, sentenceOf } from './said.ts'

const names = (messages: readonly (string | undefined)[]) => messages.map((m) => sentenceOf(m ?? '')?.[0] ?? m)

describe('what is said about a configuration', () => {
  it('is known as agents say it', () => {
    const own =
      'agent: {id: agent-hq-0001}\nbroker: {url: "mqtt://b", password: pw}\ndevices: [{id: own, address: a}]\n'
    const read = readAgentConfig(own, { file: 'f', secrets: { env: () => undefined, file: () => '' } })
    if (!read.ok) throw new Error('should read')
    const device = (id: string, other: object = {}) => ({ id, address: '192.0.2.1', tags: {}, parents: [], ...other })
    const { problems } = siteView(
      read.value,
      {
        ...{ agent: 'agent-hq-0001', configVersion: 1, madeAt: 1, credentials: {}, profiles: [] },
        settings: { timeZone: 'Mars/Base' },
        devices: [
          ...[device('own'), device('a'), device('a'), device('b', { address: '-x' }), device('c', { new: 1 })],
          ...[device('d', { snmp: { credentials: 'lab' } }), device('e', { parents: ['nobody'] })],
        ],
      },
      () => '',
    )
    expect(names(problems.map((p) => p.message)).toSorted()).toEqual(
      ['zone', 'ownDevice', 'twice', 'address', 'unknownKey', 'setUnusable', 'noParent'].toSorted(),
    )
  })

  it('is known as the collector says it', () => {
    const device = { id: 'a', address: 'a', tags: {}, parents: [] }
    const lost = sealedConfig(
      { agent: 'agent-hq-0001', configVersion: 1, madeAt: 1 },
      {
        ...{ devices: [], settings: {}, profiles: [], problems: [], isEmpty: false, basis: '' },
        credentials: new Map([
          ['lab', { words: { version: 'v2c' }, secrets: { community: { box: '', at: 1, by: '' } } }],
        ]),
      },
      {
        reseal: () => {
          throw new Error('no')
        },
        before: () => undefined,
      },
    )
    expect(names(lost.problems.map((p) => p.message))).toEqual(['lostSecrets'])
    expect(names(Object.values(DEAF))).toEqual(['otherKey', 'tooOld', 'noKey'])
    expect(names([NO_SEALING_KEY, unassignedReason(device, [])])).toEqual(['noSealingKey', 'noAgent'])
    expect(sentenceOf(unassignedReason({ ...device, agent: 'agent-of-b' }, ['x']))).toEqual([
      'otherAgent',
      { name: 'agent-of-b' },
    ])
    const wrong = [{ version: 'v2c' }, { version: 'v3' }, { version: 'v3', user: 'u', level: 'authNoPriv' }] as const
    expect(names(wrong.map((set) => credentialsProblem(set)))).toEqual(['community', 'user', 'key'])
  })

  it('is still said in the very words that are known here, each of them', () => {
    // what stands in a hole: a number, a size, a name
    const texts = textsOf('{agent,collector,shared}/**/*.ts').flatMap((text) =>
      ['7', '1.0 MB', 'v2c', 'authKey'].map((hole) => text.replace(/\$\{[^}]*\}/g, hole)),
    )
    const gone = Object.entries(SENTENCES).filter(([, sentence]) => !texts.some((text) => sentence.test(text)))
    expect(gone.map(([key]) => key)).toEqual([])
  })

  it.each(['en', 'zh-CN'])('has words for every sentence in %s, and no others', (language) => {
    const locale = readLocale(language) as { readonly said: object }
    expect(Object.keys(locale.said).toSorted()).toEqual(Object.keys({ ...SENTENCES, ...OF_LIBRARIES }).toSorted())
  })

  it('is known as the schema library says it', () => {
    const schema = z.strictObject({
      ...{ a: z.string(), b: z.number(), c: z.string().min(1), d: z.string().min(3), e: z.string().max(2) },
      ...{ f: z.number().min(5), g: z.int().max(5), h: z.array(z.int()).max(1), i: z.enum(['x', 'y']), j: z.url() },
      ...{ k: z.email(), l: z.array(z.int()).min(1) },
    })
    const wrong = {
      ...{ b: 'x', c: '', d: 'x', e: 'xxx', f: 1, g: 9, h: [1, 2], i: 'z', j: 'x', k: 'x', l: [], more: 1 },
    }
    const said = schema.safeParse(wrong).error?.issues.map((issue) => issue.message) ?? []
    expect(names(said).toSorted()).toEqual(
      [
        ...['zodEmail', 'zodEmpty', 'zodEmpty', 'zodHigh', 'zodKey', 'zodKind', 'zodLong', 'zodLow', 'zodMany'],
        ...['zodMissing', 'zodOption', 'zodShort', 'zodUrl'],
      ].toSorted(),
    )
  })

  it('is known as the run-time says it', async () => {
    const of = async (host: string, port: number) =>
      await new Promise<string>((resolve) => connect(port, host).on('error', (error) => resolve(error.message)))
    const closed = createServer().listen(0, '127.0.0.1')
    await once(closed, 'listening')
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    expect(names([await of('127.0.0.1', port)])).toEqual(['connectRefused'])
    expect(names([await of('no-such-name.invalid', 1)])).toEqual(['nameUnknown'])
  })

  it('is shown as it came when it is not known', () => {
    expect(sentenceOf('the moon is in the way')).toBeUndefined()
  })
})

/** String literals of the files, as they are written. */
function textsOf(pattern: string): string[] {
  const root = fileURLToPath(new URL('../../../', import.meta.url))
  return globSync(pattern, { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => [...readFileSync(root + file, 'utf8').matchAll(LITERAL)])
    .map(([literal]) => literal.slice(1, -1).replace(/\\(.)/g, '$1'))
}

const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g
