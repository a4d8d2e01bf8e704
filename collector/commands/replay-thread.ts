import { parentPort, workerData } from 'node:worker_threads'
import { backTest } from '../replay/back-test.ts'
import type { ThreadMessage, ThreadTask } from '../replay/back-tests.ts'
import { runPaced } from '../replay/paced.ts'
import type { ReplayProgress } from '../replay/replay.ts'
import { openReplayHistory } from '../storage/sqlite/replay-history.ts'

const TOLD_EVERY_MS = 250

/** The thread of a back-test: does the one it was given, says how far it is, and ends. */
export async function replayThread(): Promise<number> {
  const port = parentPort
  if (!port) throw new Error('this runs in a thread of the collector only')
  const say = (message: ThreadMessage) => port.postMessage(message)
  const { file, rawDays, now, share, ask } = workerData as ThreadTask
  try {
    const history = openReplayHistory({ file, rawDays, now })
    let progress: ReplayProgress = { at: ask.from, share: 0, samples: 0, events: 0, series: 0, devices: 0 }
    const told = (next: ReplayProgress) => {
      progress = next
      say({ kind: 'progress', progress })
    }
    const result = runPaced(backTest(history, ask), { share, everyMs: TOLD_EVERY_MS, told })
    history.close()
    const { samples, events } = result.read
    say({ kind: 'done', result, progress: { ...progress, at: ask.to, share: 1, samples, events } })
  } catch (error) {
    say({ kind: 'failed', problem: (error as Error).message })
  }
  return 0
}
