import { expect, it } from 'vitest'
import { emptyChangeSet } from '../storage/change-set.ts'
import { type LiveNames, publishChanges } from './live-feed.ts'
import { createLiveHub, type LiveSink } from './live-hub.ts'

const hello = { version: '0', now: 0 }
const sink = (): LiveSink & { texts: string[] } => {
  const texts: string[] = []
  return {
    texts,
    write: (text) => void texts.push(text),
    backlog: () => 0,
    close: () => undefined,
    stillAllowed: async () => true,
  }
}
const device = { id: 'site-1.d', agent: 'agent-1', site: 'site-1', customer: 'c' }
const changes = () => ({ ...emptyChangeSet(), agents: [{ id: 'agent-1', site: 'site-1' }], devices: [device] }) as never

function names(): LiveNames & { counted: number } {
  const made = {
    counted: 0,
    device: () => undefined,
    site: () => undefined,
    customer: () => undefined,
    customerOf: () => 'c',
    incident: () => undefined,
    openAlarms: () => {
      made.counted++
      return new Map([[device.id, 3]])
    },
    devices: () => {
      made.counted++
      return new Map([['agent-1', 7]])
    },
    commandKeyMatches: () => null,
    isListed: () => true,
  }
  return made
}

it('counts nothing while nobody listens, and a client that comes back is told to read anew', async () => {
  const hub = createLiveHub(100)
  const n = names()
  publishChanges(hub, n, changes())
  expect(n.counted).toBe(0)
  const first = sink()
  const remove = hub.add(first, hub.newestId(), hello)
  expect(first.texts.join('')).toContain('"resumed":true')
  publishChanges(hub, n, changes())
  expect(n.counted).toBe(2)
  remove()
  const left = hub.newestId()
  // gone for a moment: nothing is missed
  await hub.beat()
  publishChanges(hub, n, changes())
  const soon = sink()
  const removeSoon = hub.add(soon, left, hello)
  expect(soon.texts.join('')).toMatch(/"resumed":true[\s\S]*event: device/)
  removeSoon()
  // gone for long
  for (let i = 0; i < 5; i++) await hub.beat()
  const before = n.counted
  const then = hub.newestId()
  publishChanges(hub, n, emptyChangeSet())
  expect(hub.newestId()).toBe(then)
  publishChanges(hub, n, changes())
  expect(n.counted).toBe(before)
  const late = sink()
  hub.add(late, then, hello)
  expect(late.texts.join('')).toContain('"reason":"too-old"')
  await new Promise((resolve) => setImmediate(resolve))
})

it('tells of which site the neighbours or links are others now, and by whom, unless those are many', async () => {
  const hub = createLiveHub(100)
  const client = sink()
  hub.add(client, undefined, hello)
  const link = { site: 'hq', a: 'hq.a', b: 'hq.b' }
  const topology = [
    { kind: 'observation', observation: { device: 'hq.a' } },
    { kind: 'link', id: 'l', link },
    { kind: 'link', id: 'gone', link: null },
    ...Array.from({ length: 80 }, (_, i) => ({ kind: 'observation', observation: { device: `yard.${i}` } })),
  ]
  publishChanges(hub, names(), { ...emptyChangeSet(), topology } as never)
  await new Promise((resolve) => setImmediate(resolve))
  const told = [...client.texts.join('').matchAll(/event: topology\ndata: (.*)/g)].map((m) => JSON.parse(m[1] ?? ''))
  expect(told).toEqual([
    { site: 'hq', devices: ['hq.a', 'hq.b'] },
    { site: 'yard', devices: [] },
  ])
})

it('tells somebody with limits of their customers only, and somebody outside nothing that we remarked', async () => {
  const hub = createLiveHub(100)
  const [everything, limited, outside] = [sink(), sink(), sink()]
  hub.add(everything, undefined, hello)
  hub.add({ ...limited, customers: new Set(['acme']) }, undefined, hello)
  hub.add({ ...outside, customers: new Set(['acme']), outside: true }, undefined, hello)
  const held = { by: 'maintenance', why: 'maintenance window "Router of beta": behind hq.sw' }
  const alarm = (customer: string) =>
    ({
      alarm: { id: customer, ackNote: 'they never pay', suppression: held, changedSeverity: { note: 'cheap' } },
    }) as never
  hub.publish('alarm', alarm('acme'), 'acme')
  hub.publish('alarm', alarm('beta'), 'beta')
  hub.publish('sweep', { sweep: { id: 'whose' } } as never, null)
  await new Promise((resolve) => setImmediate(resolve))
  const told = (of: { texts: string[] }) => [...of.texts.join('').matchAll(/"id":"(\w+)"/g)].map((m) => m[1])
  expect([told(everything), told(limited), told(outside)]).toEqual([['acme', 'beta', 'whose'], ['acme'], ['acme']])
  expect(limited.texts.join('')).toMatch(/they never pay.*cheap/)
  expect(outside.texts.join('')).not.toMatch(/they never pay|cheap|behind/)
  expect(everything.texts.join('')).toContain('Router of beta')
  expect(limited.texts.join('')).toContain('"why":"maintenance window: behind hq.sw"')
})
