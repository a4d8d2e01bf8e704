import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createAuthority, type OpenAuthority } from '#collector/authority/authority.ts'
import { masterKeyOf } from '#collector/authority/master-key.ts'
import type { RenewalAnswer, RenewalRequest } from '#shared/wire/identity.ts'
import { isPair, readFacts } from './certificate.ts'
import { makeKeyRequest } from './csr.ts'
import { filesIn, type IdentityFile, type IdentityFiles } from './identity-files.ts'
import { createRenewal, type Renewal } from './renewal.ts'

const AGENT = 'acme-hq-agent'
const NOW = Date.parse('2026-11-22T09:00:00Z')
const MINUTE = 60_000
const DAY = 86_400_000
const root = mkdtempSync(join(tmpdir(), 'renewal-'))
let ours: OpenAuthority
let foreign: OpenAuthority

const authorityIn = (name: string) =>
  createAuthority({
    ...{ dir: join(root, name), master: () => masterKeyOf('m'.repeat(64)), agentDays: 30, now: NOW - DAY },
    log: pino({ level: 'silent' }),
  })
beforeAll(async () => {
  ours = await authorityIn('ours')
  foreign = await authorityIn('foreign')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** One agent on one disk, with a clock, a broker that takes what it is told to, and the power to fail anywhere. */
async function createScene() {
  const dir = mkdtempSync(join(root, 'agent-'))
  const disk = filesIn(dir)
  let wall = NOW
  /** Writes and removals that still work; then the process dies. */
  let untilCrash = Number.POSITIVE_INFINITY
  let full = false
  const requests: string[] = []
  const warnings: string[] = []
  let reconnects = 0
  let linked = true
  const refusedSerials = new Set<string>()
  const guarded =
    <A extends unknown[]>(work: (...args: A) => void, needsRoom: boolean) =>
    (...args: A): void => {
      if (untilCrash <= 0) throw new Error('the process is dead')
      untilCrash--
      if (full && needsRoom) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      work(...args)
    }
  const files: IdentityFiles = {
    ...disk,
    write: guarded(disk.write, true),
    writePair: guarded(disk.writePair, true),
    remove: guarded(disk.remove, false),
  }
  const first = makeKeyRequest(AGENT)
  const issued = await certify(first.csr)
  disk.writePair('agent.pem', { key: first.key, certificate: issued })
  disk.write('ca.pem', ours.ca)
  const start = () =>
    createRenewal({
      ...{ agent: AGENT, files, now: () => wall, mono: () => wall - NOW, random: () => 0.5 },
      publish: (request) => linked && requests.push(request) > 0,
      reconnect: () => void reconnects++,
      log: pino(
        { level: 'warn' },
        { write: (line: string) => void warnings.push((JSON.parse(line) as { reason: string }).reason) },
      ),
    })
  let renewal: Renewal = start()

  async function certify(csr: string, by = ours, agent = AGENT): Promise<string> {
    const made = await by.issueAgent(csr, agent, wall)
    if ('refused' in made) throw new Error(made.refused)
    return made.certificate
  }
  return {
    dir,
    disk,
    requests,
    warnings,
    refusedSerials,
    certify,
    renewal: () => renewal,
    reconnects: () => reconnects,
    wall: () => wall,
    pass(ms: number) {
      wall += ms
    },
    set: (what: { linked?: boolean; full?: boolean; untilCrash?: number }) => {
      linked = what.linked ?? linked
      full = what.full ?? full
      untilCrash = what.untilCrash ?? untilCrash
    },
    crashed: () => untilCrash <= 0,
    restart() {
      untilCrash = Number.POSITIVE_INFINITY
      renewal = start()
    },
    csr: (n = -1) => (JSON.parse(requests.at(n) ?? '{}') as RenewalRequest).csr,
    answer(certificate: string, ca = ours.ca) {
      const answer: RenewalAnswer = { version: 1, kind: 'certificate', certificate, ca }
      renewal.onAnswer(Buffer.from(JSON.stringify(answer)))
    },
    refuse(reason: string) {
      renewal.onAnswer(Buffer.from(JSON.stringify({ version: 1, kind: 'refused', reason })))
    },
    /** The broker looks at what the agent shows. */
    connect() {
      const { key, certificate } = renewal.credentials()
      expect(isPair(key, certificate)).toBe(true)
      const facts = readFacts(certificate)
      const good = facts !== undefined && facts.notAfter > wall && !refusedSerials.has(facts.serial)
      renewal.onLink(good ? 'accepted' : 'refused')
      return good
    },
    serial: () => readFacts(renewal.credentials().certificate)?.serial ?? '',
    onDisk: (name: IdentityFile) => existsSync(join(dir, name)),
  }
}
type Scene = Awaited<ReturnType<typeof createScene>>

describe('renewal', () => {
  let scene: Scene
  beforeEach(async () => {
    scene = await createScene()
  })
  const renewDue = () => {
    scene.pass(21 * DAY)
    scene.renewal().tick()
  }

  it('asks at two thirds of the life with a little chance, and each minute until there is an answer', () => {
    const { renewAt, notBefore, notAfter } = scene.renewal().facts()
    expect((renewAt - notBefore) / (notAfter - notBefore)).toBeCloseTo(2 / 3 + 0.025, 5)
    scene.pass(20 * DAY)
    scene.renewal().tick()
    expect(scene.requests).toHaveLength(0)
    scene.pass(DAY)
    for (let i = 0; i < 24; i++) {
      scene.renewal().tick()
      scene.pass(5_000)
    }
    expect(scene.requests).toHaveLength(2)
    expect(scene.csr(0)).toBe(scene.csr(1))
    expect(scene.renewal().facts().state).toBe('asking')
  })

  it('takes the certificate, connects anew, and forgets the old pair once the broker took the new one', async () => {
    renewDue()
    const before = scene.serial()
    const certificate = await scene.certify(scene.csr())
    scene.answer(certificate)
    expect(scene.reconnects()).toBe(1)
    expect(scene.serial()).toBe(readFacts(certificate)?.serial)
    expect(scene.renewal().facts()).toMatchObject({ state: 'trying', problem: null })
    expect(readFacts(scene.disk.readPair('previous.pem')?.certificate ?? '')?.serial).toBe(before)
    expect(scene.connect()).toBe(true)
    expect(readdirSync(scene.dir).sort()).toEqual(['agent.pem', 'ca.pem'])
    expect(scene.renewal().facts().state).toBe('good')
    scene.answer(certificate)
    expect(scene.renewal().facts().dropped).toEqual({})
  })

  it('says nothing into a silence and asks as soon as there is a link', () => {
    scene.set({ linked: false })
    renewDue()
    scene.set({ linked: true })
    scene.pass(5_000)
    scene.renewal().tick()
    expect(scene.requests).toHaveLength(1)
  })

  it('comes back to the old pair when the broker refuses the new one, and asks again later', async () => {
    renewDue()
    const before = scene.serial()
    const certificate = await scene.certify(scene.csr())
    scene.answer(certificate)
    scene.refusedSerials.add(scene.serial())
    expect(scene.connect()).toBe(false)
    scene.renewal().onLink('unreachable')
    expect(scene.connect()).toBe(false)
    expect(scene.serial()).toBe(before)
    expect(scene.connect()).toBe(true)
    expect(scene.renewal().facts()).toMatchObject({ problem: 'the broker refused the new certificate' })
    scene.restart()
    expect(scene.serial()).toBe(before)
    scene.renewal().tick()
    expect(scene.csr()).not.toBe(scene.csr(0))
  })

  it('tries both in turn as long as it does not know', async () => {
    renewDue()
    scene.answer(await scene.certify(scene.csr()))
    const tried = new Set<string>()
    for (let i = 0; i < 8; i++) {
      tried.add(scene.serial())
      scene.renewal().onLink('refused')
    }
    expect(tried.size).toBe(2)
  })

  it('takes nothing on another key, of another authority, of another name, or that it did not ask for', async () => {
    scene.answer(await scene.certify(makeKeyRequest(AGENT).csr))
    renewDue()
    const before = scene.serial()
    scene.answer(await scene.certify(makeKeyRequest(AGENT).csr))
    scene.answer(await scene.certify(scene.csr(), foreign))
    scene.answer(await scene.certify(scene.csr(), foreign), `${ours.ca}${foreign.ca}`)
    scene.answer(await scene.certify(scene.csr(), ours, 'another-agent'))
    scene.answer(await scene.certify(scene.csr()), foreign.ca)
    scene.answer(await scene.certify(scene.csr()), 'x'.repeat(100))
    scene.renewal().onAnswer(Buffer.from('{"kind":"certificate"'))
    const dropped = {
      'not-asked': 1,
      'other-key': 1,
      'other-authority': 2,
      'other-name': 1,
      'bad-authorities': 2,
      unreadable: 1,
    }
    expect(scene.renewal().facts().dropped).toEqual(dropped)
    expect(scene.serial()).toBe(before)
    expect(scene.disk.read('ca.pem')).toBe(ours.ca)
  })

  it('trusts a second authority that came with a certificate of the first, and then certificates of the second', async () => {
    renewDue()
    scene.answer(await scene.certify(scene.csr()), `${ours.ca}${foreign.ca}`)
    scene.connect()
    expect(scene.renewal().credentials().ca).toBe(`${ours.ca}${foreign.ca}`)
    renewDue()
    scene.answer(await scene.certify(scene.csr(), foreign), foreign.ca)
    expect(scene.connect()).toBe(true)
    scene.restart()
    expect(scene.renewal().credentials().ca).toBe(foreign.ca)
  })

  it('keeps the old pair on a full disk, says so once, and takes the answer when there is room', async () => {
    scene.set({ full: true })
    renewDue()
    expect(scene.requests).toHaveLength(0)
    expect(scene.renewal().facts().problem).toMatch(/cannot write .*ENOSPC/)
    scene.set({ full: false })
    scene.pass(MINUTE)
    scene.renewal().tick()
    const certificate = await scene.certify(scene.csr())
    const before = scene.serial()
    scene.set({ full: true })
    scene.answer(certificate)
    scene.answer(certificate)
    expect(scene.serial()).toBe(before)
    expect(scene.connect()).toBe(true)
    expect(scene.warnings.filter((text) => /ENOSPC/.test(text)).length).toBeLessThanOrEqual(2)
    scene.set({ full: false })
    scene.pass(MINUTE)
    scene.renewal().tick()
    expect(scene.csr(1)).toBe(scene.csr(0))
    scene.answer(certificate)
    expect(scene.serial()).toBe(readFacts(certificate)?.serial)
    expect(scene.renewal().facts().problem).toBeNull()
  })

  it('warns with the reason of a refusal and waits before it asks on another key', () => {
    renewDue()
    scene.refuse('this agent is quarantined')
    expect(scene.renewal().facts().problem).toBe('the collector refused: this agent is quarantined')
    scene.pass(9 * MINUTE)
    scene.renewal().tick()
    expect(scene.requests).toHaveLength(1)
    scene.pass(MINUTE)
    scene.renewal().tick()
    expect(scene.requests).toHaveLength(2)
    expect(scene.csr(0)).not.toBe(scene.csr(1))
  })

  it('says once how to go on after the end', () => {
    scene.set({ linked: false })
    scene.pass(26 * DAY)
    scene.renewal().tick()
    scene.pass(5 * DAY)
    for (let i = 0; i < 5; i++) scene.renewal().tick()
    expect(scene.renewal().facts().state).toBe('expired')
    expect(scene.warnings).toEqual([
      'the collector has not answered yet',
      expect.stringMatching(/expired.*outrider-agent enrol/),
    ])
  })

  it('tells a person when the broker does not take it any more, and takes it back when it does', () => {
    scene.refusedSerials.add(scene.serial())
    for (let i = 0; i < 9; i++) scene.connect()
    expect(scene.warnings).toEqual([expect.stringMatching(/revoked or quarantined.*outrider-agent enrol/)])
    scene.refusedSerials.clear()
    scene.connect()
    expect(scene.renewal().facts().problem).toBeNull()
  })

  it('does not start without a pair', () => {
    scene.disk.remove('agent.pem')
    expect(() => scene.restart()).toThrow('no usable pair')
  })
})

describe('renewal, whatever happens', () => {
  const plain = [
    'tick',
    'connect',
    'unreachable',
    'restart',
    'link',
    'unlink',
    'full',
    'room',
    'refuse',
    'garbage',
  ] as const
  type Step =
    | { readonly do: 'pass'; readonly hours: number }
    | { readonly do: 'plain'; readonly what: (typeof plain)[number] }
    | { readonly do: 'crash'; readonly after: number }
    | { readonly do: 'answer'; readonly nth: number; readonly bad: boolean }
    /** All that a renewal needs, from the question to the broker. */
    | { readonly do: 'renew'; readonly bad: boolean }
  const step: fc.Arbitrary<Step> = fc.oneof(
    { arbitrary: fc.constantFrom(...plain).map((what): Step => ({ do: 'plain', what })), weight: 5 },
    { arbitrary: fc.integer({ min: 1, max: 500 }).map((hours): Step => ({ do: 'pass', hours })), weight: 2 },
    { arbitrary: fc.integer({ min: 0, max: 6 }).map((after): Step => ({ do: 'crash', after })), weight: 2 },
    {
      arbitrary: fc.record({ nth: fc.nat({ max: 3 }), bad: fc.boolean() }).map((of): Step => ({ do: 'answer', ...of })),
      weight: 2,
    },
    { arbitrary: fc.boolean().map((bad): Step => ({ do: 'renew', bad })), weight: 3 },
  )

  it('there is always a pair on disk that fits together and that the broker takes', { timeout: 120_000 }, async () => {
    let taken = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const scene = await createScene()
        const given = new Map<string, string>()
        const answer = async (nth: number, bad: boolean) => {
          // Late and repeated answers too; the same key gets the same certificate.
          const csr = scene.csr(-1 - nth)
          if (csr === undefined) return
          const before = given.get(csr)
          const certificate = before ?? (await scene.certify(csr))
          given.set(csr, certificate)
          const serial = readFacts(certificate)?.serial ?? ''
          // Decided when it is issued: a pair that a broker took stays good.
          if (bad && before === undefined) scene.refusedSerials.add(serial)
          scene.answer(certificate)
          if (scene.serial() === serial) taken++
        }
        const act: Record<(typeof plain)[number], () => unknown> = {
          tick: () => scene.renewal().tick(),
          connect: () => scene.connect(),
          unreachable: () => scene.renewal().onLink('unreachable'),
          restart: () => scene.restart(),
          link: () => scene.set({ linked: true }),
          unlink: () => scene.set({ linked: false }),
          full: () => scene.set({ full: true }),
          room: () => scene.set({ full: false }),
          refuse: () => scene.refuse('no'),
          garbage: () => scene.renewal().onAnswer(Buffer.from('{}')),
        }
        scene.pass(21 * DAY)
        for (const one of steps) {
          if (one.do === 'pass') scene.pass(one.hours * 3_600_000)
          else if (one.do === 'crash') scene.set({ untilCrash: one.after })
          else if (one.do === 'plain') act[one.what]()
          else if (one.do === 'answer') await answer(one.nth, one.bad)
          else {
            scene.set({ linked: true, full: false })
            scene.pass(MINUTE)
            scene.renewal().tick()
            await answer(0, one.bad)
            scene.connect()
          }
          if (scene.crashed()) scene.restart()
          const pairs = [scene.disk.readPair('agent.pem'), scene.disk.readPair('previous.pem')]
          expect(pairs[0] && isPair(pairs[0].key, pairs[0].certificate)).toBe(true)
          const serials = pairs.flatMap((pair) =>
            pair && isPair(pair.key, pair.certificate) ? readFacts(pair.certificate)?.serial : [],
          )
          expect(serials.some((serial) => serial !== undefined && !scene.refusedSerials.has(serial))).toBe(true)
          const used = scene.renewal().credentials()
          expect(isPair(used.key, used.certificate)).toBe(true)
          expect(serials).toContain(scene.serial())
        }
        rmSync(scene.dir, { recursive: true })
      }),
      { numRuns: 40 },
    )
    // Otherwise nothing has been tried.
    expect(taken).toBeGreaterThan(10)
  })
})
