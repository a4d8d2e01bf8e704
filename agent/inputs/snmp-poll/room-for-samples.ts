// Polls can wait where traps cannot: the first round of a large site names every series at once, more than memory holds.
import type { Recorder } from '../input.ts'

/**
 * A question to ask again and again until it answers undefined, and then to record at once, before others may: so those
 * who waited go on one by one. It answers undefined after `atMostMs` in any case: a disk that cannot be written is no
 * fault of the device, whose poll must still end in time.
 */
export function roomForSamples(
  recorder: Pick<Recorder, 'waitForRoom'>,
  clock: { mono(): number },
  atMostMs: number,
): () => Promise<void> | undefined {
  const end = clock.mono() + atMostMs
  return () => {
    const room = recorder.waitForRoom()
    const left = end - clock.mono()
    return room === undefined || left <= 0 ? undefined : atMost(room, left)
  }
}

async function atMost(room: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([room, late])
  clearTimeout(timer)
}
