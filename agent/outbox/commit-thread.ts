// The thread that owns the outbox's file: packs, inserts, syncs, so that no disk ever stalls the intake. One request at
// a time, in order. Loads neither zod nor anything else the store does not need.
import { parentPort, workerData } from 'node:worker_threads'
import type { CommitProblem, CommitReply, CommitRequest, LostStore, StoreLimits } from './commit-messages.ts'
import { openStore, type Store } from './store.ts'
import { isCorruption, isDiskFull, StoreRefused } from './store-file.ts'

// Outside a thread (when code is only loaded into the cache) there is nothing to serve.
const { dir, limits } = (workerData ?? {}) as { dir: string; limits: StoreLimits }
const dropped = new Map<string, number>()
let store: Store | undefined
let lastWall = 0
let lost: LostStore | null = null

/** By then what only the start needed is garbage; without work the thread would keep it for days. */
const GIVE_BACK_MS = 15_000
if (parentPort !== null)
  setTimeout(() => globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }), GIVE_BACK_MS).unref()

parentPort?.on('message', (request: CommitRequest & { id: number }) => parentPort?.postMessage(answer(request)))

function answer(request: CommitRequest & { id: number }): CommitReply {
  if ('wall' in request) lastWall = request.wall
  else if ('clock' in request) lastWall = request.clock.wall
  try {
    const value = perform(request)
    return { id: request.id, ...news(), ok: true, value }
  } catch (error) {
    const problem = recover(error)
    return { id: request.id, ...news(), ok: false, problem, message: (error as Error).message }
  }
}

function news(): Pick<CommitReply, 'state' | 'lost'> {
  const told = lost
  lost = null
  return { state: store?.state() ?? null, lost: told }
}

function perform(request: CommitRequest): unknown {
  if (request.op === 'close') return close()
  store ??= open()
  return performOn(store, request)
}

function open(): Store {
  const opened = openStore(dir, limits, lastWall, dropped)
  lost = opened.lost ?? lost
  return opened
}

function close(): null {
  store?.tidy(lastWall)
  store?.close()
  store = undefined
  return null
}

function performOn(store: Store, request: Exclude<CommitRequest, { op: 'close' }>): unknown {
  switch (request.op) {
    case 'open':
      return store.report()
    case 'commit':
      return store.commit(request.bodies, request.clock)
    case 'read':
      return store.read(request.lane, request.after, request.maxBytes)
    case 'acknowledge':
      return store.acknowledge(request.lane, request.seq, request.wall)
    case 'tidy':
      return store.tidy(request.wall)
    case 'definitions':
      return store.definitions(request.after, request.maxBytes)
    case 'small':
      return store.small(request.space, request.operation)
    case 'journal':
      return store.journal(request.operation)
  }
}

/** Leaves the thread able to serve: a damaged file is set aside at once, a failing disk is opened anew next time. */
function recover(error: unknown): CommitProblem {
  if (isDiskFull(error)) return 'full'
  if (error instanceof StoreRefused) return 'refused'
  const old = store
  store = undefined
  if (old !== undefined && isCorruption(error)) {
    lost = old.abandon((error as Error).message, lastWall)
    try {
      store = open()
    } catch {
      // The next request tries again.
    }
    return 'corrupt'
  }
  try {
    old?.close()
  } catch {
    // The handle is given up either way.
  }
  return 'storage'
}
