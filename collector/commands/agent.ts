import { identityCommand } from './identity-command.ts'
import type { CommandOptions } from './settings.ts'

type Options = CommandOptions & { readonly reason: string }

/** Takes an agent its identity, at once; works beside a collector that runs. */
export async function revokeAgent(agent: string, options: Options): Promise<number> {
  await identityCommand(options, { do: 'revoke-agent', agent, reason: options.reason })
  console.log(`revoked ${agent}: its connection ends, its certificates hold no more`)
  return 0
}

/** Lets a quarantined agent in again. */
export async function releaseAgent(agent: string, options: Options): Promise<number> {
  await identityCommand(options, { do: 'release-agent', agent, reason: options.reason })
  console.log(`released ${agent}`)
  return 0
}
