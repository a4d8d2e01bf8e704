// Follows a log file through rotation (rename and create, copy and truncate) and restarts. Its place is committed with its
// lines, so that a crash neither repeats nor skips one; a file waits patiently, so nothing is ever dropped here.
import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Logger } from 'pino'
import type { LogEvent } from '#shared/domain/device-event.ts'
import type { Listener, Mark, Recorder } from '../input.ts'
import { createTally } from '../listener-tally.ts'
import { type Clock, systemClock } from '../source-lookup.ts'
import { decodeLog } from '../syslog/log-line.ts'
import { MAX_MESSAGE, parseSyslog } from '../syslog/parse-syslog.ts'
import { createSiteClock } from '../syslog/site-clock.ts'
import { createLineCutter } from './line-cutter.ts'
import { type OpenLog, openLog, rotatedCopyOf } from './open-log.ts'

/** How far a file has been read: inode and fingerprint say which file, offset where its next line starts. */
export interface FilePlace {
  readonly inode: string
  readonly offset: number
  /** SHA-256 in hex over the first `fingerprintBytes` bytes (at most 256) of the file. */
  readonly fingerprint: string
  readonly fingerprintBytes: number
}

/** Remembers places over restarts, durably; implemented by whoever owns the disk. */
export interface FilePlaceStore {
  load(path: string): Promise<FilePlace | undefined>
  save(path: string, place: FilePlace): Promise<void>
  /** The same as a mark, to be committed with the lines before the place. */
  mark(path: string, place: FilePlace): Mark
}

export interface LogFileConfig {
  readonly path: string
  /** Device the lines belong to; without it they belong to none. */
  readonly device?: string
  /** Default syslog: lines are parsed like syslog messages. plain: the whole line is the message. */
  readonly format?: 'syslog' | 'plain'
  /** Where to begin with a file seen for the first time. Default end. */
  readonly from?: 'end' | 'start'
  /** Default 16 KiB; longer lines are cut and counted. */
  readonly maxLineBytes?: number
  /** IANA zone of stamps without one. */
  readonly timeZone: string
}

export interface LogFileDependencies {
  readonly config: LogFileConfig
  readonly places: FilePlaceStore
  readonly recorder: Recorder
  readonly log: Logger
  readonly clock?: Clock
  /** Default 1000 ms. Changes that the system announces are looked at sooner. */
  readonly pollMs?: number
}

const RETRY_MS = 1000
/** An event as JSON without source and text. */
const EVENT_BYTES = 512
const STOP_WAIT_MS = 2000

/** Builds the listener. A file that does not exist yet is waited for; one that is no regular file rejects `start`. */
export function createLogFileListener({ config, places, recorder, log, ...rest }: LogFileDependencies): Listener {
  const { path, device = null, format = 'syslog' } = config
  const { clock = systemClock, pollMs = 1000 } = rest
  const zone = createSiteClock(config.timeZone)
  const tally = createTally('log-file')
  const source = path.slice(-256)
  const cutter = createLineCutter(
    config.maxLineBytes ?? 16 * 1024,
    EVENT_BYTES + Buffer.byteLength(JSON.stringify(source)),
  )
  const facts = { path, state: 'missing', offset: 0, rotations: 0, truncations: 0 }
  let stopping = Promise.withResolvers<void>()
  let running = false
  let current: OpenLog | undefined
  let turn: Promise<void> = Promise.resolve()
  let again = false
  let busy = false
  let failure = ''
  let replacedAt: number | undefined
  let timer: NodeJS.Timeout | undefined
  let watcher: ReturnType<typeof watch> | undefined

  /** One look at a time; a hint during a look causes one more. */
  function look(): void {
    if (!running) return
    again = true
    if (busy) return
    busy = true
    turn = looks()
  }

  async function looks(): Promise<void> {
    while (again && running) {
      again = false
      try {
        await lookOnce()
        if (failure) log.info({ path }, 'log file can be read again')
        failure = ''
      } catch (error) {
        const text = (error as Error).message
        if (text !== failure) log.warn({ err: error, path }, 'cannot read log file')
        failure = text
        facts.state = 'unreadable'
      }
    }
    busy = false
  }

  async function lookOnce(): Promise<void> {
    if (!current) {
      current = await openLog(path)
      if (!current) {
        facts.state = 'missing'
        return
      }
      cutter.reset()
    }
    facts.state = 'following'
    const outcome = await readToEnd(current)
    if (outcome === 'rewritten') {
      facts.truncations++
      cutter.reset()
      current.restart()
      again = true
      return
    }
    if (outcome === 'read') replacedAt = undefined
    if (!(await current.wasReplaced(path))) {
      replacedAt = undefined
      return
    }
    // The writer may go on with the renamed file until it is told (logrotate's postrotate): wait until it is quiet.
    replacedAt ??= clock.mono()
    if (clock.mono() - replacedAt < 2 * pollMs) return
    if ((await readToEnd(current, true)) === 'stopped') return
    replacedAt = undefined
    await current.close()
    current = undefined
    facts.rotations++
    again = true
  }

  /** Records all complete lines; with `final` also an unfinished one. */
  async function readToEnd(file: OpenLog, final = false): Promise<'nothing' | 'read' | 'rewritten' | 'stopped'> {
    let outcome: 'nothing' | 'read' = 'nothing'
    while (running) {
      const chunk = await file.read(cutter.chunkBytes)
      if (chunk === 'rewritten') return chunk
      const taken = cutter.take(chunk, final && chunk.length < cutter.chunkBytes)
      if (taken.used === 0) return outcome
      const lines = taken.lines
      const used = chunk.subarray(0, taken.used)
      const place = await file.place(used)
      if (lines.length === 0) await places.save(path, place)
      else if (!(await commit(lines, places.mark(path, place)))) return 'stopped'
      outcome = 'read'
      file.advance(used)
      facts.offset = file.offset
    }
    return 'stopped'
  }

  /** True when the lines are on disk with their mark; when refused they are offered again until we stop (false). */
  async function commit(lines: readonly Buffer[], mark: Mark): Promise<boolean> {
    tally.received += lines.length
    const events = lines.map(eventOf)
    for (;;) {
      const stored = recorder.eventsDurable(events, mark).then(
        () => true,
        () => false,
      )
      const taken = await Promise.race([stored, stopping.promise])
      if (taken === undefined) return false
      if (taken) break
      await Promise.race([new Promise((r) => setTimeout(r, RETRY_MS)), stopping.promise])
    }
    tally.recorded += lines.length
    return true
  }

  function eventOf(bytes: Buffer): LogEvent {
    const at = clock.wall()
    const { text } = decodeLog(bytes)
    const base = { kind: 'log', at, device, source, transport: 'file' } as const
    if (format === 'plain') return { ...base, format: 'raw', message: text.slice(0, MAX_MESSAGE) }
    const fields = Object.entries(parseSyslog(text, at, zone)).filter(([, value]) => value !== undefined)
    return { ...base, ...(Object.fromEntries(fields) as Pick<LogEvent, 'format' | 'message'>) }
  }

  /** Where a former run stopped: in this file, or in what this file was called then. */
  async function resume(): Promise<void> {
    const place = await places.load(path)
    const file = await openLog(path)
    if (!file) return
    current = file
    if (!place) {
      if ((config.from ?? 'end') === 'end') await file.skipToEnd()
      await places.save(path, await file.place())
    } else if (await file.isAt(place)) await file.seek(place)
    else {
      const old = await rotatedCopyOf(path, place)
      if (!old) return
      const rotated = await openLog(old)
      if (!rotated) return
      await rotated.seek(place)
      facts.rotations++
      const drained = await readToEnd(rotated, true)
      await rotated.close()
      cutter.reset()
      if (drained !== 'stopped') await places.save(path, await file.place())
    }
    facts.offset = file.offset
  }

  return {
    async start() {
      if (running) return
      running = true
      stopping = Promise.withResolvers<void>()
      try {
        await resume()
      } catch (error) {
        running = false
        throw new Error(`cannot follow ${path}: ${(error as Error).message}`, { cause: error })
      }
      timer = setInterval(look, pollMs)
      try {
        watcher = watch(dirname(path), (_event, name) => {
          if (name === null || name === basename(path)) look()
        })
        watcher.on('error', () => watcher?.close())
      } catch {
        // Polling alone will do.
      }
      look()
    },
    async stop() {
      if (!running) return
      clearInterval(timer)
      watcher?.close()
      const limit = setTimeout(stopping.resolve, STOP_WAIT_MS)
      await settle()
      clearTimeout(limit)
      running = false
      stopping.resolve()
      await Promise.race([turn, new Promise((resolve) => setTimeout(resolve, STOP_WAIT_MS).unref())])
      await current?.close()
      current = undefined
    },
    counters: () => tally.counters({ ...facts, cutLines: cutter.cut, waiting: tally.received - tally.recorded }),
  }

  /** A last look, so that what was written before the stop is recorded. */
  async function settle(): Promise<void> {
    look()
    await Promise.race([turn, stopping.promise])
  }
}
