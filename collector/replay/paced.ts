// Runs steps in a thread of its own so that they take no more than a share of a processor.

/** Works so long before it rests, ms. */
const WORK_MS = 20
const LONGEST_REST_MS = 5000

/** Runs to the end; `told` is called at most every `everyMs` with the newest step. Blocks the thread. */
export function runPaced<P, R>(
  steps: Generator<P, R>,
  options: { readonly share: number; readonly everyMs: number; told(progress: P): void },
): R {
  const { share, everyMs, told } = options
  const bell = new Int32Array(new SharedArrayBuffer(4))
  let began = performance.now()
  let toldAt = began
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value
    const now = performance.now()
    if (now - toldAt >= everyMs) {
      toldAt = now
      told(step.value)
    }
    const busy = now - began
    if (busy < WORK_MS) continue
    if (share < 1) Atomics.wait(bell, 0, 0, Math.min(LONGEST_REST_MS, (busy * (1 - share)) / share))
    began = performance.now()
  }
}
