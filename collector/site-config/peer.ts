// What delivery knows of one agent while the program runs.
import type { ConfigReport } from '#shared/wire/site-config.ts'
import type { AgentConfigRow, ConfigProblem } from './config-store.ts'

export interface Peer {
  row: AgentConfigRow | undefined
  uses: number | null
  /** Of what it uses; undefined: it did not say. */
  hash: string | undefined
  instance: string
  trusts: 'us' | 'another' | 'nobody' | 'old'
  attempts: number
  nextAt: number
  sending: boolean
  blocked: string | null
  problems: readonly ConfigProblem[]
  /** Make a version although nothing changed. */
  again: boolean
  unsaved: ConfigReport | undefined
  /** Agents get their first configuration one after another. */
  place: number
}

/** Why an agent takes nothing from this collector. */
export const DEAF = {
  another: 'the agent trusts the command key of another collector: put this one into its agent.yaml, or enrol it here',
  old: 'the program of the agent is too old to take a configuration: upgrade it',
  nobody: 'the agent has no command key of this collector: put it into its agent.yaml, or enrol the agent',
} as const

export function newPeer(): Peer {
  return {
    ...{ row: undefined, uses: null, hash: undefined, instance: '', trusts: 'us', attempts: 0, nextAt: 0 },
    ...{ sending: false, blocked: null, problems: [], again: false, unsaved: undefined },
    place: Number.POSITIVE_INFINITY,
  }
}

/**
 * It uses a configuration with the number of ours that is not ours: the collector came back from a backup and gave a number
 * out twice.
 */
export function isOtherOfSameVersion({ row, uses, hash }: Peer): boolean {
  return row !== undefined && uses === row.version && hash !== undefined && hash !== row.sha256
}
