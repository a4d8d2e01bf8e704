// A long proof that an issue asks for: real programs, a seed, and figures at the end.

export interface ProofContext {
  readonly seed: number
  readonly rounds: number
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
