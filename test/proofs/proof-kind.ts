// A long proof that an issue asks for: real programs, a seed, and figures at the end.

export interface ProofContext {
  readonly seed: number
  readonly rounds: number
  /** The same with shorter pauses, for every day. */
  readonly brisk: boolean
  /** In [0, 1), from the seed. */
  random(): number
  /** One line for people, on stderr. */
  progress(message: string): void
}

export interface Proof {
  readonly name: string
  readonly title: string
  /** Rounds when none are asked for. */
  readonly rounds: number
  /** Why it cannot run on this machine. */
  unavailable?(): string | undefined
  /** Resolves with the figures of the verdict; throws when it could not be carried out. */
  run(context: ProofContext): Promise<{ readonly ok: boolean } & Readonly<Record<string, unknown>>>
}

/** Numbers in [0, 1) that a seed decides. */
export function seeded(seed: number): () => number {
  let state = (seed * 2654435761) % 2147483647 || 1
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}
