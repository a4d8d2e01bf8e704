// The intake thread's end of the commit thread: requests in order, each with one answer.
import { getAsset, isSea } from 'node:sea'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import type {
  BodyToCommit,
  CommitProblem,
  CommitReply,
  CommitRequest,
  LostStore,
  StoreLimits,
  StoreState,
} from './commit-messages.ts'

export interface CommitLink {
  /** Rejects with CommitError. */
  ask<T>(request: CommitRequest): Promise<T>
  /** State as of the last answer; null before the store could be opened. */
  state(): StoreState | null
  terminate(): Promise<void>
}

export class CommitError extends Error {
  override name = 'CommitError'
  readonly problem: CommitProblem | 'thread'

  constructor(problem: CommitProblem | 'thread', message: string) {
    super(message)
    this.problem = problem
  }
}

/** All but `onEnd` are called before the answer that brought the news is given. */
export interface CommitLinkListeners {
  onState(state: StoreState): void
  /** The store was damaged: it stands aside and another epoch began, whatever was asked. */
  onLost(lost: LostStore): void
  /**
   * The thread died by itself, which it must not: what it had in hand may or may not be on disk, so the process has to
   * start anew.
   */
  onEnd(error: Error): void
}

/** Starts the thread. */
export function createCommitLink(dir: string, limits: StoreLimits, listeners: CommitLinkListeners): CommitLink {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const worker = startThread({
    workerData: { dir, limits },
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })
  let state: StoreState | null = null
  let nextId = 1
  let ended: Error | undefined

  worker.on('message', (reply: CommitReply) => {
    if (reply.state !== null) {
      state = reply.state
      listeners.onState(reply.state)
    }
    if (reply.lost !== null) listeners.onLost(reply.lost)
    const asked = waiting.get(reply.id)
    waiting.delete(reply.id)
    if (reply.ok) asked?.resolve(reply.value)
    else asked?.reject(new CommitError(reply.problem, reply.message))
  })
  worker.on('error', (error) => end(error as Error, true))
  worker.on('exit', () => end(new Error('commit thread ended'), true))

  function end(error: Error, unexpected: boolean): void {
    if (ended !== undefined) return
    ended = new CommitError('thread', error.message)
    for (const asked of waiting.values()) asked.reject(ended)
    waiting.clear()
    if (unexpected) listeners.onEnd(error)
  }

  return {
    ask<T>(request: CommitRequest): Promise<T> {
      if (ended !== undefined) return Promise.reject(ended)
      const id = nextId++
      return new Promise<T>((resolve, reject) => {
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
        worker.postMessage({ ...request, id }, handedOver(request))
      })
    },
    state: () => state,
    async terminate() {
      end(new Error('outbox stopped'), false)
      await worker.terminate()
    },
  }
}

/** The packaged executable has no files: it carries the thread's code (packaging/executable.ts). */
function startThread(options: WorkerOptions): Worker {
  if (isSea()) return new Worker(getAsset('commit-thread.js', 'utf8'), { ...options, eval: true })
  return new Worker(new URL('./lean-thread.ts', import.meta.url), options)
}

/** Bodies are made for the commit thread and go to it without a copy; a commit that failed makes them anew. */
function handedOver(request: CommitRequest): ArrayBuffer[] {
  if (request.op !== 'commit') return []
  return request.bodies.flatMap(({ body }) => (isWhole(body) ? [body.buffer] : []))
}

/** True for bytes that have their memory to themselves. */
function isWhole(body: BodyToCommit['body']): body is Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array && body.byteLength === body.buffer.byteLength
}
