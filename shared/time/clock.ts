// Time as rooms receive it. Nothing below the composition asks the machine for the time itself.

export interface Clock {
  /** Wall clock, ms since 1970 UTC. May jump. */
  wall(): number
  /** Monotonic ms since `boot`. Never jumps. */
  mono(): number
  /** Random per start of the process: readings of `mono` compare only within one boot. */
  readonly boot: string
}

/** The machine's clocks. */
export function systemClock(): Clock {
  return { wall: () => Date.now(), mono: () => performance.now(), boot: crypto.randomUUID() }
}
