// What the room is given, and how it says that something was not done.
import type { DiagnosticRequest } from '../diagnostics/request.ts'
import type { DiscoveryStore, DiscoveryWrite } from './discovery-store.ts'
import type { KnownDevice } from './propose.ts'

export type Details = readonly { readonly path: string; readonly message: string }[]
export interface Refused {
  readonly ok: false
  readonly code: 'not-found' | 'conflict' | 'bad-request'
  readonly message: string
  readonly details?: Details
}
export type Result<T = object> = ({ readonly ok: true } & T) | Refused

export interface DiscoveryDeps {
  readonly store: DiscoveryStore
  readonly hasSite: (site: string) => boolean
  /** Ids of the agents of a site; the first sweeps where none is named. */
  readonly agentsOf: (site: string) => readonly string[]
  /** Devices of the site, of agents' files and kept. */
  readonly devicesOf: (site: string) => Iterable<KnownDevice>
  /** Names of the credential sets kept for a site. */
  readonly setsOf: (site: string) => readonly string[]
  /** A set with its secrets sealed to the agent, or why it cannot be sent. */
  readonly seal: (agent: string, site: string, name: string) => Readonly<Record<string, unknown>> | string
  /** Why an agent takes no more orders now; undefined: it does. */
  readonly refusal: (agent: string) => string | undefined
  readonly importDevices: (
    site: string,
    rows: readonly unknown[],
    actor: string,
  ) => Promise<
    Result<{ readonly items: readonly { outcome: string; problems: { path: string; message: string }[] }[] }>
  >
  /** Runs `work` in a turn and commits what it decided in one transaction. */
  readonly commit: <T>(work: (now: number) => Decision<T>) => Promise<T>
  readonly newId: () => string
}

export interface Decision<T> {
  readonly writes?: readonly DiscoveryWrite[]
  readonly orders?: readonly DiagnosticRequest[]
  readonly audit?: {
    readonly actor: string
    readonly action: string
    readonly subject: string
    readonly detail: Record<string, unknown>
  }
  readonly value: T
}

export const refused = (code: Refused['code'], message: string, details?: Details): Refused => ({
  ...{ ok: false, code, message },
  ...(details === undefined ? {} : { details }),
})
export const NO_SITE = refused('not-found', 'there is no such site')
export const OK = { ok: true } as const
