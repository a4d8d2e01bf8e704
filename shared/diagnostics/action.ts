// What a remote action is: compiled in on both sides, typed arguments, typed result. No shell, no path, no URL, and the
// target is always a device of the agent's inventory, never an address.
import type { z } from 'zod'

export interface DiagnosticAction<A = unknown, R = unknown> {
  readonly name: string
  readonly title: { readonly 'zh-CN': string; readonly en: string }
  /** Everything here only reads; what alters equipment is a change and lives elsewhere. */
  readonly risk: 'read-only'
  /** Longest an agent lets it run, ms. */
  readonly deadlineMs: number
  /** Strict: an unknown argument refuses the command. */
  readonly arguments: z.ZodType<A>
  readonly result: z.ZodType<R>
}
