import { describe, expect, it } from 'vitest'
import { AGENT, SITE, type Story, tell } from '#test/support/judgement-story.ts'
import { readStockRules } from './rules/rule-folder.ts'
import { emptyChangeSet } from './storage/change-set.ts'

const HEIR = 'agent-shanghai-2'
const SWITCH = `${SITE}.switch`
const { rules } = readStockRules()
const start = () =>
  tell({
    rules,
    agents: [
      { id: AGENT, site: SITE },
      { id: HEIR, site: SITE },
    ],
  })
const adopt = (story: Story, refused: string | null, agent = AGENT) =>
  story.commit({ ...emptyChangeSet(), agents: [story.judgement.inventory.adopt(agent, SITE, refused)] })
const lists = (story: Story, agent = AGENT) =>
  story.event(
    {
      kind: 'inventory',
      at: 0,
      device: null,
      complete: true,
      devices: [{ device: 'switch', name: 'Switch', address: '192.0.2.1' }],
    },
    agent,
  )
const ping = (story: Story, value: number, agent = AGENT) => story.poll({ metric: 'icmp.reachable', value, agent })
const until = (story: Story, from: number, to: number, each: () => void = () => undefined) => {
  for (let s = from; s <= to; s += 10) {
    story.at(s)
    each()
    story.tick()
  }
}
const watched = async (): Promise<Story> => {
  const story = await start()
  until(story, 0, 20, () => story.hello())
  lists(story)
  ping(story, 1)
  expect(story.store.devices.get(SWITCH)).toMatchObject({ state: 'up' })
  return story
}
const clone = (story: Story) =>
  story.group({ watermarks: [], forks: [{ agent: AGENT, reason: 'two programs', batch: false }] })

describe('an agent whose identity was taken away', () => {
  it.each(['revoked: the machine was stolen', 'quarantined: two programs'])(
    '%s: its devices are unknown at once, and nobody is told that the site is unreachable',
    async (refused) => {
      const story = await watched()
      adopt(story, refused)
      until(story, 30, 300)
      expect(story.store.agents.get(AGENT)).toMatchObject({
        presence: 'unknown',
        refused,
        unknownSince: story.wall() - 280_000,
      })
      expect(story.store.devices.get(SWITCH)).toMatchObject({ state: 'unknown' })
      expect(story.alarm('site.unreachable')).toBeUndefined()
      expect(story.pages()).toEqual([])
      await story.restart()
      until(story, 310, 600)
      expect(story.pages()).toEqual([])
    },
  )

  it('is one page when it was cloned', async () => {
    const story = await watched()
    clone(story)
    adopt(story, 'quarantined: two programs')
    clone(story)
    until(story, 30, 300)
    expect(story.store.agents.get(AGENT)).toMatchObject({ refused: 'quarantined: two programs' })
    expect([...story.store.alarms.values()].map((a) => [a.alarmType, a.isCleared])).toEqual([['agent.cloned', false]])
    expect(story.pages()).toEqual(['opened'])
  })

  it('does not make the devices of its successor unknown', async () => {
    const story = await watched()
    story.hello(HEIR)
    lists(story, HEIR)
    ping(story, 1, HEIR)
    adopt(story, 'revoked: replaced')
    until(story, 30, 300, () => story.hello(HEIR))
    expect(story.store.agents.get(AGENT)).toMatchObject({ presence: 'unknown' })
    expect(story.store.devices.get(SWITCH)).toMatchObject({ state: 'up', agent: HEIR })
    expect(story.pages()).toEqual([])
  })

  it('is not heard by what it said before and what is judged after', async () => {
    const story = await watched()
    adopt(story, 'revoked: stolen')
    story.hello()
    ping(story, 1)
    until(story, 30, 30)
    story.hello()
    ping(story, 0)
    until(story, 40, 300)
    expect(story.store.agents.get(AGENT)).toMatchObject({ presence: 'unknown', refused: 'revoked: stolen' })
    expect(story.pages()).toEqual([])
  })

  it('ends the alarm that the site is unreachable, where it was silent before', async () => {
    const story = await watched()
    until(story, 30, 120)
    expect(story.alarm('site.unreachable')).toMatchObject({ isCleared: false })
    adopt(story, 'revoked: the site is closed')
    until(story, 130, 240)
    expect(story.alarm('site.unreachable')).toMatchObject({ isCleared: true })
  })

  it('is waited for again when it may speak again', async () => {
    const story = await watched()
    adopt(story, 'quarantined: two programs')
    until(story, 30, 60)
    adopt(story, null)
    until(story, 70, 360)
    expect(story.alarm('site.unreachable')).toBeUndefined()
    until(story, 370, 400)
    expect(story.alarm('site.unreachable')).toMatchObject({ isCleared: false })
    expect(story.pages()).toEqual(['opened'])
  })

  it('is online with its first word when it comes back in time', async () => {
    const story = await watched()
    adopt(story, 'quarantined: two programs')
    until(story, 30, 60)
    adopt(story, null)
    until(story, 70, 300, () => story.hello())
    ping(story, 1)
    expect(story.store.agents.get(AGENT)).toMatchObject({ presence: 'online', refused: null, unknownSince: null })
    expect(story.store.devices.get(SWITCH)).toMatchObject({ state: 'up' })
    expect(story.pages()).toEqual([])
  })
})

describe('a device that people keep for its site and that its agent lists no more', () => {
  const kept = new Set<string>()
  const list = (story: Story, devices: readonly string[], agent = AGENT) =>
    story.event(
      {
        ...{ kind: 'inventory', at: 0, device: null, complete: true },
        devices: devices.map((device) => ({ device, name: device, address: '192.0.2.1', origin: 'collector' })),
      },
      agent,
    )
  const isDown = async () => {
    kept.clear()
    kept.add('switch')
    const story = await tell({
      ...{ rules, kept },
      agents: [
        { id: AGENT, site: SITE },
        { id: HEIR, site: SITE },
      ],
    })
    until(story, 0, 20, () => {
      story.hello()
      story.hello(HEIR)
    })
    list(story, ['switch'])
    until(story, 30, 200, () => {
      story.hello()
      story.hello(HEIR)
      ping(story, 0)
    })
    return story
  }
  const standing = (story: Story) =>
    [...story.store.alarms.values()]
      .filter((a) => a.device === SWITCH)
      .map((a) => [a.isCleared, a.unknownSince !== null])
  const listen = (story: Story) => {
    story.hello()
    story.hello(HEIR)
  }

  it('is unknown, not gone: its alarms stand, also over late samples and a restart', async () => {
    const story = await isDown()
    expect(standing(story)).toEqual([[false, false]])
    list(story, [])
    ping(story, 0)
    expect(story.store.devices.get(SWITCH)).toMatchObject({ active: true, state: 'unknown' })
    expect(standing(story)).toEqual([[false, true]])
    await story.restart()
    until(story, 210, 900, () => listen(story))
    expect(story.store.devices.get(SWITCH)).toMatchObject({ active: true, state: 'unknown' })
    expect(standing(story)).toEqual([[false, true]])
    kept.clear()
    until(story, 910, 1_000, () => listen(story))
    expect(story.store.devices.get(SWITCH)).toMatchObject({ active: false })
    expect(standing(story).every(([isCleared]) => isCleared)).toBe(true)
  })

  it('pages nobody again when another agent takes it over', async () => {
    const story = await isDown()
    const pages = story.pages().length
    list(story, [])
    until(story, 210, 230, () => listen(story))
    list(story, ['switch'], HEIR)
    until(story, 240, 400, () => {
      listen(story)
      ping(story, 0, HEIR)
    })
    expect(story.store.devices.get(SWITCH)).toMatchObject({ active: true, state: 'down', agent: HEIR })
    expect(standing(story)).toEqual([[false, false]])
    expect(story.pages()).toHaveLength(pages)
  })

  it('goes as before when people do not keep it', async () => {
    const story = await isDown()
    kept.clear()
    list(story, [])
    expect(story.store.devices.get(SWITCH)).toMatchObject({ active: false })
    expect(standing(story).every(([isCleared]) => isCleared)).toBe(true)
  })
})
