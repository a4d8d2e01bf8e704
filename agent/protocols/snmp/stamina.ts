// How much a device can be asked at once, learned from it and remembered while its client lives.

export interface Stamina {
  /** Next question for `open` columns. */
  plan(open: number): {
    readonly kind: 'get-bulk' | 'get-next'
    readonly columns: number
    readonly maxRepetitions: number
  }
  /** The last question was too much: ask `factor` times less. */
  tooMuch(factor: number): void
  /** A question of the present size was answered. */
  went(): void
  /** One varbind by GETNEXT: less cannot be asked. */
  readonly smallest: boolean
  /** Recently reduced: whether the present size works is not known yet. */
  readonly doubtful: boolean
}

/** `maxRepetitions` caps the rows asked at once. v1 has no GETBULK: GETNEXT over several columns. */
export function createStamina(version: 'v1' | 'v2c' | 'v3', maxRepetitions: number): Stamina {
  const most = version === 'v1' ? 8 : FRAME
  let varbinds = most
  let successes = 0
  let growAfter = GROW_AFTER
  let doubtful = false
  return {
    plan: (open) => {
      const columns = Math.max(1, Math.min(open, 8, varbinds))
      const rows = Math.min(maxRepetitions, Math.floor(varbinds / columns))
      if (version === 'v1' || varbinds <= GETNEXT_BELOW) return { kind: 'get-next', columns, maxRepetitions: 0 }
      return { kind: 'get-bulk', columns, maxRepetitions: Math.max(1, rows) }
    },
    tooMuch: (factor) => {
      varbinds = Math.max(1, Math.floor(varbinds / factor))
      successes = 0
      growAfter = Math.min(growAfter * 2, GROW_AFTER_MOST)
      doubtful = true
    },
    went: () => {
      doubtful = false
      if (varbinds >= most || ++successes < growAfter) return
      // Firmware is updated and congestion ends; a device that chokes again pays one short wait, and rarer each time.
      varbinds = Math.min(most, varbinds * 2)
      successes = 0
      doubtful = true
    },
    get smallest() {
      return varbinds === 1
    },
    get doubtful() {
      return doubtful
    },
  }
}

const FRAME = 64
/** Below this GETBULK saves nothing, and devices that choke mostly choke on GETBULK as such. */
const GETNEXT_BELOW = 3
const GROW_AFTER = 200
const GROW_AFTER_MOST = 100_000
