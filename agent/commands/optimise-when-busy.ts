// The program starts without V8's compilers (lean-start.ts): compiling what only the start makes hot brings some 10 MB of
// compiler into memory, for nothing. Work brings them in; half a second of a storm is enough.
import { setFlagsFromString } from 'node:v8'

/** Flags of a start without compilers. */
export const NO_COMPILERS = ['--no-sparkplug', '--no-maglev', '--no-opt']

const COMPILERS = ['--sparkplug', '--maglev', '--opt']
const EVERY_MS = 250
/** Of the newest interval in the running mean. */
const WEIGHT = 0.25
/** Mean share of the time the thread is busy. Interpreted, work costs some four times what it costs compiled. */
const BUSY = 0.3

/** Turns the compilers on, for all threads and for good, when this thread has work. Keeps no process alive. */
export function optimiseWhenBusy(setFlag: (flag: string) => void = setFlagsFromString): void {
  let before = performance.eventLoopUtilization()
  let mean = 0
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization()
    mean += WEIGHT * (performance.eventLoopUtilization(now, before).utilization - mean)
    before = now
    if (mean < BUSY) return
    clearInterval(timer)
    for (const flag of COMPILERS) setFlag(flag)
  }, EVERY_MS)
  timer.unref()
}
