// What diagnostics needs from storage.
import type { DiagnosticRequest } from './request.ts'

export interface PendingCommand extends DiagnosticRequest {
  /** Number, nonce and send time are written before the first sending, so that a repeat is the same command. */
  readonly seq: number | null
  readonly nonce: string | null
  readonly sentAt: number | null
}

export interface CommandOutbox {
  /** All evidence in state pending, oldest first. */
  pending(): Promise<PendingCommand[]>
  /** Gives the command the agent's next number and keeps it with the nonce. Durable when resolved. */
  assign(id: string, agent: string, nonce: string, at: number): Promise<{ readonly seq: number }>
  /** The agent's next number for a command that is kept nowhere. Durable when resolved. */
  number(agent: string, at: number): Promise<{ readonly seq: number }>
}
