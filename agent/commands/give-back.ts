// Gives memory back when the agent is quiet. V8 collects when it needs room; an idle agent never does, and would keep
// what its start or the last storm left behind for days.

/** What was made to start is garbage by then. */
const FIRST_MS = 15_000
const EVERY_MS = 300_000
/** Share of the last interval the thread was busy: above it a pause of some 50 ms would come at the wrong time. */
const QUIET = 0.05
/** Less than this since the last time is not worth a pause, bytes. */
const WORTH = 8 * 2 ** 20

/** Needs `--expose-gc`; does nothing without. Keeps no process alive. */
export function giveBackWhenQuiet(): void {
  if (globalThis.gc === undefined) return
  let before = performance.eventLoopUtilization()
  let kept = 0
  const collect = () => {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    kept = process.memoryUsage().heapTotal
  }
  setTimeout(collect, FIRST_MS).unref()
  setInterval(() => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, before)
    before = now
    if (utilization < QUIET && process.memoryUsage().heapTotal - kept > WORTH) collect()
  }, EVERY_MS).unref()
}
