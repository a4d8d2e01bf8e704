import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, describe, expect, it } from 'vitest'
import type { ConfigReport, SiteConfig } from '#shared/wire/site-config.ts'
import { configSigner } from '#test/support/signed-config.ts'
import type { ConfigProblem } from '../config/site-view.ts'
import { createSiteConfigDesk, type SiteConfigDesk } from './site-config.ts'
import { verifierOf } from './verify-config.ts'

const AGENT = 'agent-hq-0001'
const signer = configSigner(AGENT)
const root = mkdtempSync(join(tmpdir(), 'outrider-site-config-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let rigs = 0

class PowerCut extends Error {}

/** An agent around the desk: a clock, a link, and what it was told to use. */
function rig() {
  const dir = join(root, `${++rigs}`)
  const at = { mono: 1_000_000, answered: null as number | null, connects: 0, linked: false }
  const reports: ConfigReport[] = []
  const behaviour = { throwOn: 0, problems: [] as ConfigProblem[], cutAfter: Number.POSITIVE_INFINITY, dead: false }
  let inUse: number | undefined
  let desk: SiteConfigDesk
  const start = (owner = 'me', publicKey = signer.publicKey) => {
    inUse = undefined
    behaviour.dead = false
    behaviour.cutAfter = Number.POSITIVE_INFINITY
    desk = createSiteConfigDesk({
      ...{ dir, agentId: AGENT, owner, verify: verifierOf(publicKey), log: pino({ level: 'silent' }) },
      async apply(config) {
        if (behaviour.dead) throw new PowerCut()
        if (config && config.configVersion === behaviour.throwOn) throw new Error('it does not fit')
        inUse = config?.configVersion ?? 0
        return behaviour.problems
      },
      answeredAt: () => at.answered,
      connects: () => at.connects,
      send(report) {
        if (at.linked && !behaviour.dead) reports.push(report)
        return at.linked
      },
      clock: { mono: () => at.mono, wall: () => 1_700_000_000_000 + at.mono, boot: 'b' },
      onStep() {
        if (behaviour.dead || --behaviour.cutAfter < 0) {
          behaviour.dead = true
          throw new PowerCut()
        }
      },
    })
    inUse = desk.stored?.configVersion ?? 0
    desk.started([])
  }
  start()
  const r = {
    ...{ dir, at, reports, behaviour, start },
    desk: () => desk,
    inUse: () => inUse,
    link(up: boolean) {
      if (up && !at.linked) at.connects++
      at.linked = up
    },
    /** Seconds go by; while linked the collector answers hellos. */
    pass(seconds: number) {
      for (let i = 0; i < seconds; i++) {
        at.mono += 1_000
        if (at.linked && i % 10 === 9) at.answered = at.mono
        desk.tick()
      }
    },
    async send(config: SiteConfig) {
      for (const piece of signer.pieces(config)) desk.onPiece(piece)
      for (let i = 0; i < 5; i++) await Promise.resolve()
      await settled()
    },
    async wait() {
      await settled()
    },
  }
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
  return r
}

async function talking() {
  const r = rig()
  r.link(true)
  r.pass(20)
  return r
}

describe('a site configuration', () => {
  it('is applied, reported, kept, and there again before any connection', async () => {
    const r = await talking()
    await r.send(signer.configOf(3))
    expect(r.inUse()).toBe(3)
    expect(r.reports.at(-1)).toMatchObject({ agent: AGENT, configVersion: 3, state: 'applied', problems: [] })
    expect(r.desk().facts()).toMatchObject({ version: 3, onTrial: true })
    r.pass(20)
    expect(r.desk().facts().onTrial).toBe(false)
    r.link(false)
    r.start()
    expect(r.desk().stored).toEqual(signer.configOf(3))
    expect(r.desk().version()).toBe(3)
    const said = r.reports.length
    r.link(true)
    r.pass(20)
    expect(r.reports.slice(said)).toMatchObject([{ configVersion: 3, state: 'applied' }])
  })

  it('tells what of it could not be done, as much as fits', async () => {
    const r = await talking()
    r.behaviour.problems = Array.from({ length: 250 }, (_, i) => ({ device: `d-${i}`, path: 'id', message: 'bad' }))
    await r.send(signer.configOf(1))
    expect(r.reports.at(-1)).toMatchObject({ state: 'partly', more: 50 })
    expect(r.reports.at(-1)?.problems).toHaveLength(200)
  })

  it('goes only forwards, and the newest of several is the one', async () => {
    const r = await talking()
    await r.send(signer.configOf(5))
    await r.send(signer.configOf(4))
    await r.send(signer.configOf(5, { madeAt: 99 }))
    expect(r.inUse()).toBe(5)
    expect(r.desk().facts().dropped.old).toBe(2)
    for (const version of [6, 7, 8])
      for (const piece of signer.pieces(signer.configOf(version))) r.desk().onPiece(piece)
    await r.wait()
    await r.wait()
    expect(r.inUse()).toBe(8)
  })

  it('that cannot be applied is given up: the one before holds, and it is not tried again', async () => {
    const r = await talking()
    await r.send(signer.configOf(1))
    r.pass(20)
    r.behaviour.throwOn = 2
    await r.send(signer.configOf(2))
    expect(r.inUse()).toBe(1)
    expect(r.reports.at(-1)).toMatchObject({ configVersion: 2, state: 'rolled-back' })
    expect(r.reports.at(-1)?.problems[0]?.message).toContain('it does not fit')
    r.behaviour.throwOn = 0
    const said = r.reports.length
    await r.send(signer.configOf(2))
    r.pass(1)
    expect(r.inUse()).toBe(1)
    expect(r.reports.slice(said)).toMatchObject([{ configVersion: 2, state: 'rolled-back' }])
    r.start()
    expect(r.inUse()).toBe(1)
    await r.send(signer.configOf(2))
    expect(r.inUse()).toBe(1)
    await r.send(signer.configOf(3))
    expect(r.inUse()).toBe(3)
  })

  it('after which the collector does not answer is taken back after a minute', async () => {
    const r = await talking()
    await r.send(signer.configOf(1))
    r.pass(20)
    await r.send(signer.configOf(2))
    r.link(false)
    r.pass(58)
    await r.wait()
    expect(r.inUse()).toBe(2)
    r.pass(4)
    await r.wait()
    expect(r.inUse()).toBe(1)
    r.link(true)
    r.pass(20)
    expect(r.reports.at(-1)).toMatchObject({ configVersion: 2, state: 'rolled-back' })
  })

  it('is not blamed for the time in which the machine stood still', async () => {
    const r = await talking()
    await r.send(signer.configOf(1))
    r.pass(2)
    r.at.mono += 600_000
    r.pass(30)
    await r.wait()
    expect(r.inUse()).toBe(1)
    expect(r.desk().facts().onTrial).toBe(false)
  })

  it('stays when the agent could not speak before either: the line is down, not the configuration', async () => {
    const r = await talking()
    r.link(false)
    r.pass(50)
    await r.send(signer.configOf(1))
    r.pass(300)
    await r.wait()
    expect(r.inUse()).toBe(1)
  })

  it('an answer that was already on the way proves nothing', async () => {
    const r = await talking()
    await r.send(signer.configOf(1))
    r.at.mono += 1_000
    r.at.answered = r.at.mono
    r.link(false)
    r.pass(70)
    await r.wait()
    expect(r.inUse()).toBe(0)
  })

  it('with which the program starts again and again and never speaks is given up', async () => {
    const r = await talking()
    await r.send(signer.configOf(1))
    r.pass(20)
    await r.send(signer.configOf(2))
    r.link(false)
    for (let i = 0; i < 5; i++) {
      r.start()
      expect(r.inUse()).toBe(2)
    }
    r.start()
    expect(r.inUse()).toBe(1)
    expect(r.desk().facts()).toMatchObject({ state: 'rolled-back', rejected: 2 })
  })

  it('of another owner is left alone, and what was learned about versions with it', async () => {
    const r = await talking()
    r.behaviour.throwOn = 9
    await r.send(signer.configOf(9))
    expect(r.desk().facts().rejected).toBe(9)
    r.start('somebody else')
    expect(r.desk().facts().rejected).toBe(0)
    await r.send(signer.configOf(1))
    expect(r.inUse()).toBe(1)
    r.start('me', configSigner(AGENT).publicKey)
    expect(r.inUse()).toBe(0)
  })

  it('that the disk does not take is refused, and the one before goes on', async () => {
    const r = await talking()
    await r.send(signer.configOf(1))
    rmSync(r.dir, { recursive: true })
    writeFileSync(r.dir, 'a file in the place of the folder')
    await r.send(signer.configOf(2))
    expect(r.inUse()).toBe(1)
    expect(r.reports.at(-1)).toMatchObject({ configVersion: 2, state: 'refused' })
    rmSync(r.dir)
    await r.send(signer.configOf(2))
    expect(r.inUse()).toBe(2)
  })

  it('without a key of the collector takes nothing', () => {
    const dir = join(root, 'no-key')
    const desk = createSiteConfigDesk({
      ...{ dir, agentId: AGENT, owner: '', verify: verifierOf(''), apply: async () => [], send: () => true },
      ...{ answeredAt: () => 1, connects: () => 1, clock: { mono: () => 1, wall: () => 1, boot: '' } },
      log: pino({ level: 'silent' }),
    })
    for (const piece of signer.pieces(signer.configOf(1))) desk.onPiece(piece)
    expect(desk.facts()).toMatchObject({ version: 0, dropped: { 'no-key': 1 } })
  })
})

describe('power cuts', () => {
  type Act =
    | { readonly act: 'send'; readonly bad: boolean; readonly cutAfter: number }
    | { readonly act: 'silence'; readonly cutAfter: number }
    | { readonly act: 'restart' }
    | { readonly act: 'torn'; readonly file: string }
  const cutAfter = fc.oneof(fc.constant(99), fc.integer({ min: 0, max: 12 }))
  const act: fc.Arbitrary<Act> = fc.oneof(
    fc.record({ act: fc.constant('send' as const), bad: fc.boolean(), cutAfter }),
    fc.record({ act: fc.constant('silence' as const), cutAfter }),
    fc.record({ act: fc.constant('restart' as const) }),
    fc.record({ act: fc.constant('torn' as const), file: fc.constantFrom('new.json', 'state.json.new') }),
  )

  it('at any step leave one whole configuration, never one that was given up', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 12 }), async (acts) => {
        const r = await talking()
        let version = 0
        /** The last one that was proven: nothing older, and never nothing, from then on. */
        let proven = 0
        const givenUp = () =>
          new Set(r.reports.filter((one) => one.state === 'rolled-back').map((one) => one.configVersion))
        const restart = () => {
          r.link(false)
          r.start()
          expect(r.inUse()).toBeGreaterThanOrEqual(proven)
          expect(givenUp().has(r.inUse() ?? 0)).toBe(false)
        }
        for (const one of acts) {
          if (one.act === 'restart') restart()
          else if (one.act === 'torn') {
            // what a write leaves behind that was cut in the middle
            if (existsSync(r.dir)) appendFileSync(join(r.dir, one.file), '{"configVersion":')
            restart()
          } else {
            r.link(true)
            r.pass(20)
            if (one.act === 'send') {
              r.behaviour.throwOn = one.bad ? ++version : 0
              r.behaviour.cutAfter = one.cutAfter
              await r.send(signer.configOf(one.bad ? version : ++version))
            } else {
              r.behaviour.cutAfter = one.cutAfter
              r.link(false)
              r.pass(70)
              await r.wait()
            }
            if (r.behaviour.dead) restart()
            else expect(r.inUse()).toBe(r.desk().version())
          }
          r.link(true)
          r.pass(30)
          await r.wait()
          if (!r.behaviour.dead) {
            expect(r.desk().facts().onTrial).toBe(false)
            proven = r.inUse() ?? 0
          }
        }
      }),
      { numRuns: 80 },
    )
  })

  it('leave no part of a configuration that is taken for a whole one', async () => {
    const r = await talking()
    await r.send(signer.configOf(1))
    r.pass(20)
    await r.send(signer.configOf(2))
    r.pass(20)
    const whole = readFileSync(join(r.dir, 'current.json'))
    for (let length = 0; length < whole.length; length += 7) {
      writeFileSync(join(r.dir, 'current.json'), whole.subarray(0, length))
      r.start()
      expect(r.inUse()).toBe(1)
    }
    for (let at = 0; at < whole.length; at += 11) {
      const flipped = Buffer.from(whole)
      flipped[at] = (flipped[at] as number) ^ 1
      writeFileSync(join(r.dir, 'current.json'), flipped)
      r.start()
      expect([1, 2]).toContain(r.inUse())
      if (r.inUse() === 2) expect(r.desk().stored).toEqual(signer.configOf(2))
    }
  })
})
