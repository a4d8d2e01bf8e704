import { appendFile, copyFile, mkdtemp, rename, rm, truncate, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogEvent } from '#shared/domain/device-event.ts'
import { MAX_BATCH_BYTES } from '#shared/wire/limits.ts'
import { createMemoryRecorder } from '#test/support/memory-recorder.ts'
import { until } from '#test/support/until.ts'
import { createLogFileListener, type FilePlace, type FilePlaceStore, type LogFileConfig } from './log-file.ts'

let folder = ''
let path = ''
let recorder = createMemoryRecorder()
let listeners: ReturnType<typeof createLogFileListener>[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outrider-log-'))
  path = join(folder, 'messages')
  recorder = createMemoryRecorder()
  listeners = []
})
afterEach(async () => {
  await Promise.all(listeners.map((listener) => listener.stop()))
  await rm(folder, { recursive: true })
})

const markOf = (name: string, place: FilePlace) => ({ space: 'places', key: name, value: JSON.stringify(place) })
function saved(name: string): FilePlace | undefined {
  const text = recorder.marks.get(`places ${name}`)
  return text === undefined ? undefined : JSON.parse(text)
}
const places: FilePlaceStore = {
  load: async (name) => saved(name),
  save: async (name, place) => void recorder.marks.set(`places ${name}`, markOf(name, place).value),
  mark: markOf,
}

async function follow(config: Partial<LogFileConfig> = {}) {
  const listener = createLogFileListener({
    config: { path, device: 'web-1', timeZone: 'Asia/Shanghai', from: 'start', format: 'plain', ...config },
    places,
    recorder,
    log: pino({ level: 'silent' }),
    pollMs: 20,
  })
  listeners.push(listener)
  await listener.start()
  return listener
}

const messages = () => recorder.events.map((e) => (e as LogEvent).message)
const expectMessages = (...expected: string[]) =>
  until(() => messages().length >= expected.length, { what: expected.join() }).then(() =>
    expect(messages()).toEqual(expected),
  )

describe('following a log file', () => {
  it('parses syslog lines and belongs to its device', async () => {
    await writeFile(path, 'Nov 22 03:00:00 web-1 sshd[12]: hello\n')
    await follow({ format: 'syslog' })
    await until(() => recorder.events.length === 1)
    expect(recorder.events[0]).toMatchObject({
      kind: 'log',
      device: 'web-1',
      transport: 'file',
      format: 'rfc3164',
      host: 'web-1',
      app: 'sshd',
      source: path,
    })
  })

  it('begins at the end when asked, and waits for a file that is not there yet', async () => {
    await writeFile(path, 'old\n')
    const first = await follow({ from: 'end' })
    await appendFile(path, 'new\n')
    await expectMessages('new')
    await first.stop()
    const other = join(folder, 'later')
    const waiting = await follow({ path: other, from: 'end' })
    expect(waiting.counters().facts.state).toBe('missing')
    await writeFile(other, 'first\n')
    await expectMessages('new', 'first')
  })

  it('leaves a partial last line until it is complete', async () => {
    await writeFile(path, 'one\ntw')
    const listener = await follow()
    await expectMessages('one')
    await appendFile(path, 'o\r\n\nthree\n')
    await expectMessages('one', 'two', 'three')
    expect(listener.counters()).toMatchObject({ received: 3, recorded: 3 })
  })

  it('cuts long lines, counts them and goes on', async () => {
    await writeFile(path, `${'x'.repeat(200_000)}\nshort\n`)
    const listener = await follow({ maxLineBytes: 100 })
    await expectMessages('x'.repeat(100), 'short')
    expect(listener.counters().facts.cutLines).toBe(1)
  })

  it('follows a rename, with what the writer still adds to the old file and its unfinished line', async () => {
    await writeFile(path, 'a\n')
    const listener = await follow()
    await expectMessages('a')
    await rename(path, `${path}.1`)
    await appendFile(`${path}.1`, 'b\nlast without end')
    await writeFile(path, 'c\n')
    await expectMessages('a', 'b', 'last without end', 'c')
    expect(listener.counters().facts.rotations).toBe(1)
    await appendFile(path, 'd\n')
    await expectMessages('a', 'b', 'last without end', 'c', 'd')
  })

  it('follows copy and truncate', async () => {
    await writeFile(path, 'a\nb\n')
    const listener = await follow()
    await expectMessages('a', 'b')
    await copyFile(path, `${path}.1`)
    await truncate(path, 0)
    await appendFile(path, 'c\n')
    await expectMessages('a', 'b', 'c')
    expect(listener.counters().facts.truncations).toBe(1)
  })

  it('sees a rewrite that is longer than what it had read', async () => {
    await writeFile(path, 'a\n')
    await follow()
    await expectMessages('a')
    await until(() => saved(path)?.offset === 2)
    await writeFile(path, 'completely new\nand longer\n')
    await expectMessages('a', 'completely new', 'and longer')
  })

  it('survives deletion and creation', async () => {
    await writeFile(path, 'a\n')
    await follow()
    await expectMessages('a')
    await unlink(path)
    await writeFile(path, 'b\n')
    await expectMessages('a', 'b')
  })

  it('rejects a folder with a clear reason', async () => {
    await expect(follow({ path: folder })).rejects.toThrow(/cannot follow .*not a regular file/)
  })
})

describe('its place', () => {
  it('moves only after the lines are committed', async () => {
    const commit = Promise.withResolvers<void>()
    const { eventsDurable } = recorder
    recorder.eventsDurable = (events, mark) => commit.promise.then(() => eventsDurable(events, mark))
    await writeFile(path, 'a\nb\n')
    const listener = await follow()
    await until(() => listener.counters().received === 2)
    expect(saved(path)?.offset ?? 0).toBe(0)
    commit.resolve()
    await until(() => saved(path)?.offset === 4)
    expect(listener.counters()).toMatchObject({ received: 2, recorded: 2, facts: { waiting: 0 } })
  })

  it.each(['before', 'after'])(
    'neither repeats nor skips a line when the machine stops just %s each commit',
    async (when) => {
      const written: string[] = []
      const ended: Promise<void>[] = []
      for (let crash = 0; crash < 5; crash++) {
        for (let i = 0; i < 300; i++) written.push(`line ${written.length}`)
        await appendFile(path, `${written.slice(-300).join('\n')}\n`)
        if (crash === 2) {
          // also when the file was rotated meanwhile
          await rename(path, `${path}.${crash}`)
          await writeFile(path, '')
        }
        const disk = recorder
        let dead = false
        recorder = {
          ...disk,
          async eventsDurable(events, mark) {
            if (dead) return new Promise(() => undefined)
            dead = true
            if (when === 'after') await disk.eventsDurable(events, mark)
            return new Promise(() => undefined)
          },
        }
        const started = follow()
        await until(() => dead)
        ended.push(started.then((victim) => victim.stop()))
        recorder = disk
      }
      await follow()
      await until(() => messages().length >= written.length)
      expect(messages()).toEqual(written)
      for (const victim of listeners) void victim.stop()
      await Promise.all(ended)
    },
  )

  it('offers refused lines again, each line once', async () => {
    const { eventsDurable } = recorder
    let refusals = 1
    recorder.eventsDurable = async (events, mark) => {
      if (refusals-- > 0) throw new Error('quota')
      await eventsDurable(events, mark)
    }
    await writeFile(path, 'a\nb\nc\n')
    await follow()
    await expectMessages('a', 'b', 'c')
    await until(() => saved(path)?.offset === 6)
  })

  it('is committed with no more lines than one batch holds, whatever they look like as JSON', async () => {
    const { eventsDurable } = recorder
    recorder.eventsDurable = async (events, mark) => {
      const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)) + 1, 0)
      if (bytes > MAX_BATCH_BYTES) throw new RangeError('too many events at once')
      await eventsDurable(events, mark)
    }
    path = join(folder, '\u6d88\u606f'.repeat(40))
    const undecodable = Array.from({ length: 60 }, () => Buffer.from(`${'\xff'.repeat(2_000)}\n`, 'latin1'))
    const short = Buffer.from('"\n'.repeat(2_000))
    await writeFile(path, Buffer.concat([...undecodable, short]))
    const listener = await follow()
    await until(() => listener.counters().recorded === 2_060, { what: 'every line' })
  })

  it('is found again after a restart', async () => {
    await writeFile(path, 'a\n')
    const first = await follow()
    await expectMessages('a')
    await first.stop()
    await appendFile(path, 'b\n')
    await follow()
    await expectMessages('a', 'b')
  })

  it('is found in the rotated file after a restart', async () => {
    await writeFile(path, 'a\n')
    const first = await follow()
    await expectMessages('a')
    await first.stop()
    await appendFile(path, 'b\n')
    await rename(path, `${path}-20261122`)
    await writeFile(path, 'c\n')
    const second = await follow()
    await expectMessages('a', 'b', 'c')
    await second.stop()
    await follow()
    await appendFile(path, 'd\n')
    await expectMessages('a', 'b', 'c', 'd')
  })

  it('is not trusted when another file has the inode', async () => {
    await writeFile(path, 'a\nb\n')
    const first = await follow()
    await expectMessages('a', 'b')
    await first.stop()
    await writeFile(path, 'other\ncontent\n')
    await follow()
    await expectMessages('a', 'b', 'other', 'content')
  })

  it('records what was written just before the stop', async () => {
    await writeFile(path, '')
    const listener = await follow()
    await appendFile(path, 'a\nb\n')
    await listener.stop()
    expect(messages()).toEqual(['a', 'b'])
    await appendFile(path, 'c\n')
    await follow()
    await expectMessages('a', 'b', 'c')
  })
})
