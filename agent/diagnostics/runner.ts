// What a remote action has to work with at the agent.

import type { z } from 'zod'
import type { PollNowResult } from '#shared/diagnostics/poll-now.ts'
import type { DIAGNOSTICS, DiagnosticName } from '#shared/diagnostics/registry.ts'
import type { SITE_ACTIONS, SiteActionName } from '#shared/diagnostics/sweep.ts'
import type { AgentDevice } from '../devices/device.ts'
import type { Pinger } from '../protocols/icmp/icmp.ts'
import type { SnmpClient } from '../protocols/snmp/snmp-client.ts'

export interface RunnerDeps {
  readonly pinger: Pinger
  /** The client the polls of this device use; undefined for a device without SNMP. */
  readonly snmp: (device: AgentDevice) => SnmpClient | undefined
  /** Runs all checks of a device now, in its bulkhead. */
  readonly pollNow: (device: AgentDevice, signal: AbortSignal) => Promise<PollNowResult['polls']>
}

export type ArgumentsOf<N extends DiagnosticName> = z.infer<(typeof DIAGNOSTICS)[N]['arguments']>
export type ResultOf<N extends DiagnosticName> = z.infer<(typeof DIAGNOSTICS)[N]['result']>

/** Runs one action against a device of the inventory. Throws ActionFailed for what the device did not give. */
export type Runner<N extends DiagnosticName> = (
  device: AgentDevice,
  args: ArgumentsOf<N>,
  deps: RunnerDeps,
  signal: AbortSignal,
) => Promise<ResultOf<N>>

/** Runs one action of the site. Throws ActionFailed for what could not be done. */
export type SiteRunners = {
  readonly [N in SiteActionName]: (
    args: z.infer<(typeof SITE_ACTIONS)[N]['arguments']>,
    signal: AbortSignal,
  ) => Promise<z.infer<(typeof SITE_ACTIONS)[N]['result']>>
}

/** The action came to no result; the message is for the operator. */
export class ActionFailed extends Error {
  override name = 'ActionFailed'
}
