// What a fault proof is: rounds of load and one kind of damage, then a comparison of the ledger with the collector.
import type { Installation } from '../support/installation.ts'
import type { Carrier, Comparison, Ledger } from './ledger.ts'
import type { Load } from './load.ts'

export interface ScenarioContext {
  readonly installation: Installation
  readonly load: Load
  readonly ledger: Ledger
  readonly rounds: number
  /** Uniform in [0, 1), from the seed. */
  random(): number
  progress(message: string): void
  wait(ms: number): Promise<void>
}

export interface Scenario {
  readonly name: string
  readonly title: string
  readonly carriers: readonly Carrier[]
  readonly perSecond: number
  /** Everything sent counts as accepted: the agent itself is not hurt, so nothing it was given may go missing. */
  readonly trusting: boolean
  /** Why it cannot run here, or undefined. */
  unavailable?(): string | undefined
  /** Prepares the place the agent's data lives in; returns its path and how to give it back. */
  agentDataDir?(): Promise<{ readonly dir: string; release(): void }>
  run(context: ScenarioContext): Promise<Record<string, unknown>>
  /** Figures to add after everything has drained, and whether they are as promised. */
  verify?(
    context: ScenarioContext,
    figures: Record<string, unknown>,
    comparison: Comparison,
  ): Promise<{ readonly figures: Record<string, unknown>; readonly ok: boolean }>
}
