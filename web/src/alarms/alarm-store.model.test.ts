// The alarm list of the browser against the one of the collector, both real: alarms come, go and are worked on, answers and deltas
// are late, the stream is cut in the middle of a delta, the collector starts anew. In the end the table is the collector's list.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type AlarmBoard, createAlarmBoard, type Reader } from '#collector/alarm-board/alarm-board.ts'
import { publishChanges } from '#collector/api/live-feed.ts'
import { createLiveHub, type LiveHub, type LiveSink } from '#collector/api/live-hub.ts'
import { emptyChangeSet } from '#collector/storage/change-set.ts'
import type { Alarm } from '#shared/domain/alarm.ts'
import { type BoardPage, BoardQuery, type BoardRow, type BoardWindow } from '#shared/http/alarm-board.ts'
import type { LiveEventName } from '#shared/http/live.ts'
import { createEventStreamParser } from '../api/event-stream.ts'
import type { LiveHandler } from '../api/live.ts'
import { createAlarmStore } from './alarm-store.ts'

const WHO: Reader = { user: 'ann', customers: null, outside: false }
const T0 = 1_800_000_000_000
const ALARMS = 12
const DELIVERED = 500
const QUERY = { sort: 'severity', dir: 'desc' } as const

type Change = Partial<Alarm>
const state = (operatorState: Alarm['operatorState']): Change => ({ operatorState, ackBy: 'bob' })
const CHANGES: Readonly<Record<string, Change>> = {
  raise: { isCleared: false, operatorState: 'none', suppression: null, owner: null },
  clear: { isCleared: true },
  acknowledge: state('ack'),
  shelve: state('shelved'),
  unshelve: state('none'),
  suppress: { suppression: { by: 'maintenance', holds: 'people', ref: null, why: 'work', since: 1, until: null } },
  unsuppress: { suppression: null },
  assign: { owner: 'eve' },
}

function collector() {
  const alarms = new Map<string, Alarm>()
  const isListed = (alarm: Alarm) => !alarm.isCleared || alarm.operatorState === 'none'
  let tokens = 0
  let board: AlarmBoard
  let hub: LiveHub
  let starts = 0
  const names = {
    ...{ device: () => undefined, site: () => undefined, customer: () => undefined, incident: () => undefined },
    ...{ openAlarms: () => new Map(), devices: () => new Map(), customerOf: () => 'acme' },
    ...{ commandKeyMatches: () => null, isListed, incidentNumber: () => undefined },
  }
  const begin = () => {
    board = createAlarmBoard({ names, isListed, newToken: () => `t${++tokens}` })
    board.reset(alarms.values())
    hub = createLiveHub(T0 + ++starts * 1_000_000)
  }
  begin()
  return {
    begin,
    get hub() {
      return hub
    },
    change(ids: readonly number[], action: string, severity: Alarm['perceivedSeverity'], at: number) {
      const changed = ids.map((n) => {
        const id = `a${n}`
        const before = alarms.get(id) ?? { ...FRESH, id, raisedAt: T0 + n }
        const episode = action === 'raise' ? { raisedAt: T0 + at, perceivedSeverity: severity } : {}
        const alarm = { ...before, ...CHANGES[action], ...episode, lastAt: T0 + at, text: `text ${at}` }
        alarms.set(id, alarm)
        return { alarm, action: action as 'raise', at: T0 + at, actor: 'bob', late: false, note: '' }
      })
      // as in the collector: the list first, then word of it
      board.take(changed.map(({ alarm }) => alarm))
      publishChanges(hub, names, { ...emptyChangeSet(), alarms: changed })
    },
    make(query: object): BoardPage {
      const liveId = hub.newestId()
      // as they stand in an address
      const words = Object.fromEntries(Object.entries(query).map(([key, value]) => [key, String(value)]))
      return JSON.parse(JSON.stringify({ ...board.make(BoardQuery.parse(words), WHO, T0), liveId }))
    },
    window(list: string, offset: number, limit: number): BoardWindow | undefined {
      const liveId = hub.newestId()
      const window = board.window(list, offset, limit, WHO, T0)
      return window && JSON.parse(JSON.stringify({ ...window, liveId }))
    },
  }
}

const FRESH = {
  ...{ customer: 'acme', site: 'hq', device: null, agent: null, resource: '', alarmType: 'link.down', qualifier: '' },
  ...{ perceivedSeverity: 'major', isCleared: false, operatorState: 'none', episode: 1, count: 1, firstAt: T0 },
  ...{ clearedAt: null, source: 'poll', rule: 'r', ackBy: null, ackAt: null, ackNote: '', ackUntil: null },
  ...{ shelvedUntil: null, flapping: false, suppression: null, unknownSince: null, incident: null },
} as unknown as Alarm

/** A browser: requests that wait, timers that wait, a stream that may be cut anywhere. */
function browser(server: ReturnType<typeof collector>) {
  const handlers: LiveHandler[] = []
  const timers: (() => void)[] = []
  const requests: { handle(): void; answer: (() => void) | undefined }[] = []
  let lastId: number | undefined
  let text = ''
  let cut: (() => void) | undefined
  const later = <T>(read: () => T, signal: AbortSignal) =>
    new Promise<T>((resolve, reject) => {
      const request = {
        answer: undefined as (() => void) | undefined,
        handle() {
          const value = read()
          request.answer = () => resolve(value)
        },
      }
      signal.addEventListener('abort', () => reject(signal.reason))
      requests.push(request)
    })
  const store = createAlarmStore({
    live: {
      onEvent: (handler) => {
        handlers.push(handler)
        return () => undefined
      },
    },
    make: (query, signal) => later(() => server.make(query), signal),
    window: (list, { offset, limit }, signal) => later(() => server.window(list, offset, limit), signal),
    schedule: (run) => void timers.push(run),
  })
  store.subscribe(() => undefined)
  let parser = parse()
  function parse() {
    return createEventStreamParser(({ id, name, data }) => {
      if (id) lastId = Number(id)
      const payload = JSON.parse(data)
      // as in web/src/api/live.ts
      if (name === 'hello' && !payload.resumed) lastId = payload.liveId
      for (const handler of handlers) handler(name as LiveEventName, payload as never, Number(id ?? 0))
    })
  }
  return {
    store,
    isConnected: () => cut !== undefined,
    connect() {
      if (cut) return
      parser = parse()
      text = ''
      const sink: LiveSink = {
        write: (part) => {
          text += part
        },
        ...{ backlog: () => 0, close: () => undefined, stillAllowed: async () => true },
      }
      cut = server.hub.add(sink, lastId, { version: '1', now: T0 })
    },
    /** What is not read yet is lost. */
    drop() {
      cut?.()
      cut = undefined
      text = ''
    },
    /** Reads a part of what the stream holds, in the middle of a line perhaps. */
    read(share: number) {
      const part = text.slice(0, Math.ceil((text.length * share) / 100))
      text = text.slice(part.length)
      parser.push(part)
    },
    /** The collector handles one of the requests that wait, or its answer arrives. */
    async step(n: number) {
      const request = requests[n % Math.max(1, requests.length)]
      if (request?.answer) {
        requests.splice(requests.indexOf(request), 1)
        request.answer()
      } else request?.handle()
      await settled()
    },
    async elapse() {
      for (const run of timers.splice(0)) run()
      await settled()
    },
    isBusy: () => requests.length > 0 || timers.length > 0 || text !== '',
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

type Desk = { readonly server: ReturnType<typeof collector>; readonly tab: ReturnType<typeof browser>; at: number }
type Step = readonly [name: string, run: (desk: Desk) => unknown]

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        action: fc.constantFrom(...Object.keys(CHANGES)),
        ids: fc.uniqueArray(fc.nat(ALARMS - 1), { minLength: 1, maxLength: 5 }),
        severity: fc.constantFrom<Alarm['perceivedSeverity']>('critical', 'major', 'minor'),
      })
      .map(({ action, ids, severity }): Step => {
        return [`${action} ${ids}`, (desk) => desk.server.change(ids, action, severity, ++desk.at)]
      }),
  },
  { weight: 4, arbitrary: fc.nat(5).map((n): Step => [`answer ${n}`, ({ tab }) => tab.step(n)]) },
  { weight: 4, arbitrary: fc.constantFrom(30, 80, 100).map((n): Step => [`read ${n} %`, ({ tab }) => tab.read(n)]) },
  { weight: 3, arbitrary: fc.constant<Step>(['time goes by', ({ tab }) => tab.elapse()]) },
  { weight: 2, arbitrary: fc.constant<Step>(['cut', ({ tab }) => tab.drop()]) },
  { weight: 3, arbitrary: fc.constant<Step>(['connect', ({ tab }) => tab.connect()]) },
  { weight: 1, arbitrary: fc.constant<Step>(['hold', ({ tab }) => tab.store.hold()]) },
  { weight: 1, arbitrary: fc.constant<Step>(['release', ({ tab }) => tab.store.release()]) },
  {
    weight: 1,
    arbitrary: fc.constant<Step>([
      'nobody listens for long',
      async ({ server, tab }) => {
        tab.drop()
        for (let i = 0; i < 5; i++) await server.hub.beat()
      },
    ]),
  },
  {
    weight: 1,
    arbitrary: fc.constant<Step>([
      'restart',
      ({ server, tab }) => {
        tab.drop()
        server.begin()
      },
    ]),
  },
)

/** Everything that is under way arrives. */
async function rest({ tab }: Desk): Promise<void> {
  tab.connect()
  await settled()
  for (let i = 0; i < 200 && tab.isBusy(); i++) {
    await settled()
    tab.read(100)
    await tab.step(0)
    await tab.elapse()
  }
  expect(tab.isBusy(), 'it comes to rest').toBe(false)
}

it('is the same on both sides once all has arrived, whatever was cut and late', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
      const server = collector()
      server.change([0, 1, 2], 'raise', 'major', 0)
      const desk: Desk = { server, tab: browser(server), at: 0 }
      const { store } = desk.tab
      desk.tab.connect()
      store.ask({ key: 'q', params: QUERY, belongs: () => true })
      await rest(desk)
      for (const [, run] of steps) await run(desk)
      await rest(desk)
      const { held, list, total } = store.snapshot()
      if (held) {
        // it stands still, and what its rows say is true
        const kept = server.window(list, 0, DELIVERED)
        const shown = Array.from({ length: total }, (_, i) => store.rowAt(i))
        // of one that has left, what it said last is history
        const told = (row: BoardRow | undefined) => (row?.gone ? row.id : row)
        if (kept) expect(shown.map(told)).toEqual(kept.items.map(told))
        store.release()
        await rest(desk)
      }
      const now = server.make({ ...QUERY, limit: DELIVERED })
      const { counts, views } = store.snapshot()
      expect(Array.from({ length: store.snapshot().total }, (_, i) => store.rowAt(i))).toEqual(now.items)
      expect({ counts, views }).toEqual({ counts: now.counts, views: now.views })
    }),
    { numRuns: Number(process.env.OUTRIDER_LIST_RUNS ?? 150) },
  )
})
