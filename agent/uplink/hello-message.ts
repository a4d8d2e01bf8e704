// up/hello as this agent says it now.
import type { Hello } from '#shared/wire/hello.ts'
import { WIRE_VERSION } from '#shared/wire/limits.ts'
import { LANES } from '#shared/wire/topics.ts'
import type { OutboxState } from '../outbox/outbox.ts'
import type { UplinkOptions } from './uplink.ts'

type Parts = Pick<UplinkOptions, 'agentId' | 'about' | 'clock' | 'dropped' | 'configVersion' | 'configHash'>

export function helloOf(parts: Parts & { readonly state: OutboxState }): Hello {
  const { agentId, about, clock, state, configVersion } = parts
  const configHash = parts.configHash?.()
  const lanes = Object.fromEntries(
    LANES.map((lane) => {
      const { oldest, newest, acknowledged } = state.lanes[lane]
      return [lane, { oldest, newest, waiting: newest - acknowledged }]
    }),
  ) as Hello['lanes']
  return {
    version: WIRE_VERSION,
    agent: agentId,
    epoch: state.epoch,
    ...about,
    ...(configVersion === undefined ? {} : { config: configVersion() }),
    ...(configHash === undefined ? {} : { configHash }),
    boot: clock.boot,
    mono: clock.mono(),
    wall: clock.wall(),
    lanes,
    dropped: parts.dropped(),
  }
}
