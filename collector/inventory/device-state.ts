// Whether a device answers: by its ping and poll series. One that answers anything is up; one that answers nothing is
// down; one whose site is silent is neither.
import type { Device } from '#shared/domain/inventory.ts'
import { POLL_OUTCOMES } from '#shared/domain/poll-outcome.ts'
import { POLL_STATUS_METRIC, REACHABLE_METRIC } from '#shared/domain/sample.ts'
import type { IngestGroup, SeriesInfo } from '../ingest/evaluation.ts'

export interface DeviceState {
  learn(series: SeriesInfo): void
  /**
   * Reads the samples of a group; answers devices that can be judged again after silence. `isBehind`: what an agent says is of
   * the past and more is to come, so that its silent devices are unknown still.
   */
  judge(
    group: Pick<IngestGroup, 'samples'>,
    changed: Map<string, Device>,
    isBehind: (agent: string) => boolean,
  ): string[]
  /** The device has just become known; its samples may have come first. */
  described(device: string, at: number, changed: Map<string, Device>): void
  /** The agent is silent: its devices are unknown since `at`. */
  forget(agent: string, at: number, changed: Map<string, Device>): void
  /** Nobody asks it now: unknown since `at`, whatever is still on the way, until somebody lists it again. */
  hold(device: string, at: number, changed: Map<string, Device>): void
  /** Somebody asks it again. */
  release(device: string): void
  isHeld(device: string): boolean
  restore(): void
}

/** A refused connection or a wrong password is an answer too; these are not. */
const NO_ANSWER: ReadonlySet<number> = new Set(
  (['timeout', 'unreachable'] as const).map((outcome) => POLL_OUTCOMES.indexOf(outcome)),
)
/** Says nothing about the device. */
const NO_WORD: ReadonlySet<number> = new Set(
  (['cancelled', 'limit', 'wrong-source'] as const).map((outcome) => POLL_OUTCOMES.indexOf(outcome)),
)

export function createDeviceState(devices: Map<string, Device>): DeviceState {
  /** By series id: 0 not watched, 1 ping, 2 poll outcome. */
  let watched = new Uint8Array(1024)
  let last = new Float64Array(1024).fill(Number.NaN)
  const deviceOf = new Map<number, string>()
  const answers = new Map<string, Map<number, boolean>>()
  const held = new Set<string>()

  function settle(id: string, at: number, changed: Map<string, Device>, known: string[]): void {
    const device = devices.get(id)
    const votes = answers.get(id)
    if (!device || !votes || votes.size === 0) return
    const state = [...votes.values()].includes(true) ? 'up' : 'down'
    if (device.state === state) return
    if (device.state === 'unknown') known.push(id)
    const next: Device = { ...device, state, stateSince: at }
    devices.set(id, next)
    changed.set(id, next)
  }

  return {
    learn({ id, metric, device }) {
      const kind = metric === REACHABLE_METRIC ? 1 : metric === POLL_STATUS_METRIC ? 2 : 0
      if (kind === 0) return
      if (id >= watched.length) {
        const size = 2 ** Math.ceil(Math.log2(id + 1))
        const more = new Uint8Array(size)
        more.set(watched)
        watched = more
        const moreLast = new Float64Array(size).fill(Number.NaN)
        moreLast.set(last)
        last = moreLast
      }
      watched[id] = kind
      deviceOf.set(id, device)
    },
    judge({ samples }, changed, isBehind) {
      const known: string[] = []
      for (const { agent, length, series, values, at } of samples) {
        const past = isBehind(agent)
        for (let i = 0; i < length; i++) {
          const id = series[i] as number
          const kind = watched[id]
          if (!kind) continue
          const value = values[i] as number
          if (value === last[id]) continue
          const device = deviceOf.get(id) as string
          if (held.has(device)) continue
          last[id] = value
          if (kind === 2 && NO_WORD.has(value)) continue
          const votes = answers.get(device) ?? new Map<number, boolean>()
          answers.set(device, votes.set(id, kind === 1 ? value > 0 : !NO_ANSWER.has(value)))
          if (past && devices.get(device)?.state === 'unknown') {
            // the next one is looked at, whatever it says
            last[id] = Number.NaN
            continue
          }
          settle(device, at[i] as number, changed, known)
        }
      }
      return known
    },
    described: (device, at, changed) => settle(device, at, changed, []),
    forget(agent, at, changed) {
      for (const device of devices.values()) {
        if (device.agent !== agent || device.state === 'unknown') continue
        const next: Device = { ...device, state: 'unknown', stateSince: at }
        devices.set(device.id, next)
        changed.set(device.id, next)
      }
      for (const [id, device] of deviceOf) {
        if (devices.get(device)?.agent !== agent) continue
        last[id] = Number.NaN
        answers.delete(device)
      }
    },
    hold(id, at, changed) {
      if (held.has(id)) return
      held.add(id)
      answers.delete(id)
      const device = devices.get(id)
      if (!device || device.state === 'unknown') return
      const next: Device = { ...device, state: 'unknown', stateSince: at }
      devices.set(id, next)
      changed.set(id, next)
    },
    release(id) {
      if (!held.delete(id)) return
      for (const [series, device] of deviceOf) if (device === id) last[series] = Number.NaN
    },
    isHeld: (id) => held.has(id),
    restore() {
      held.clear()
      watched.fill(0)
      last.fill(Number.NaN)
      deviceOf.clear()
      answers.clear()
    },
  }
}
