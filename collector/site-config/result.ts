// What the parts of the book share: what they are given, and how they say that something was not done.
import type { ManagedWrite, SiteConfigStore } from './config-store.ts'
import type { Delivery } from './delivery.ts'
import type { Places } from './places.ts'
import type { Vault } from './vault.ts'

export type Details = readonly { readonly path: string; readonly message: string }[]
/** Why something was not done. */
export interface Refused {
  readonly ok: false
  readonly code: 'not-found' | 'conflict' | 'bad-request'
  readonly message: string
  readonly details?: Details
}
export type Result<T = object> = ({ readonly ok: true } & T) | Refused

export interface ConfigAudit {
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}
/** What one turn decided: nothing is written without `writes`. */
export interface Decision<T> {
  readonly writes: readonly ManagedWrite[]
  readonly audit?: ConfigAudit
  readonly value: T
}

export interface BookDeps {
  readonly store: SiteConfigStore
  readonly places: Places
  readonly vault: Vault
  readonly delivery: Pick<Delivery, 'of' | 'again'>
  /** Ids of the agents of a site, oldest first. */
  readonly agentsOf: (site: string) => readonly string[]
  /** False: it has no key that secrets could be sealed to. */
  readonly canReceiveSecrets: (agent: string) => boolean
  /** Runs `work` in a turn and commits what it decided in one transaction with its audit entry. */
  readonly commit: <T>(work: (now: number) => Decision<T>) => Promise<T>
}

/** Limits in all and per site: what one agent can take, and what a list can show. */
export const LIMITS = { customers: 10_000, sites: 20_000, devices: 5_000, credentials: 500, profiles: 500 } as const

export const refused = (code: Refused['code'], message: string, details?: Details): Refused => ({
  ...{ ok: false, code, message },
  ...(details === undefined ? {} : { details }),
})
export const NO_SITE = refused('not-found', 'there is no such site')
export const OK = { ok: true } as const

/** A decision that writes nothing. */
export const nothing = <T>(value: T): Decision<T> => ({ writes: [], value })
