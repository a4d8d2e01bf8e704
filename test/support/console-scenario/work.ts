// When work on devices was, played: one window every day about half a day ago.
import type { SuppressionBook } from '#collector/api/deps.ts'

const HOUR_MS = 3_600_000

export function createPlayedWork(start: number): SuppressionBook {
  const none = () => {
    throw new Error('not part of this scenario')
  }
  return {
    ...{ addWindow: none, changeWindow: none, removeWindow: none, endWindow: none, extendWindow: none },
    ...{ previewWindow: none, saveInhibition: none, removeInhibition: none, window: () => undefined },
    counts: () => ({ maintenance: 0, shelved: 0, inhibition: 0, cause: 0, shadow: 0 }) as never,
    windows: () => ({ items: [], nextCursor: null }),
    inhibitions: () => ({ items: [], problems: [] }) as never,
    workOn: (_device, from, to) => ({
      items: [start - 13 * HOUR_MS, start - 37 * HOUR_MS]
        .map((at) => ({ window: 'w-1', title: 'Firmware update', start: at, end: at + 2 * HOUR_MS }))
        .filter((work) => work.start < to && work.end > from),
    }),
  }
}
