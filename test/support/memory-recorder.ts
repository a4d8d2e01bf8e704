// A recorder that keeps everything in memory, for tests that look at what an input found.
import type { Recorder } from '#agent/inputs/input.ts'
import type { DeviceEvent } from '#shared/domain/device-event.ts'
import type { SeriesDefinition } from '#shared/domain/sample.ts'

export interface MemoryRecorder extends Recorder {
  readonly definitions: SeriesDefinition[]
  readonly samples: { readonly n: number; readonly at: number; readonly value: number }[]
  readonly events: DeviceEvent[]
  /** By space and key. */
  readonly marks: Map<string, string>
  /** Latest value of a metric of a resource, of any device unless named. */
  latest(metric: string, resource?: string, device?: string): number | undefined
  definition(metric: string, resource?: string, device?: string): SeriesDefinition | undefined
  /** Latest value by metric of one resource. */
  values(resource?: string): Readonly<Record<string, number>>
}

export function createMemoryRecorder(): MemoryRecorder {
  const numbers = new Map<string, number>()
  const recorder: MemoryRecorder = {
    definitions: [],
    samples: [],
    events: [],
    marks: new Map(),
    series(definition) {
      const { device, metric, resource, unit, kind } = definition
      const key = JSON.stringify([device, metric, resource, unit, kind])
      const n = numbers.get(key) ?? numbers.size
      numbers.set(key, n)
      recorder.definitions[n] = { ...definition, n }
      return n
    },
    sample: (n, at, value) => void recorder.samples.push({ n, at, value }),
    event: (event) => void recorder.events.push(event),
    eventLine: (line) => void recorder.events.push(JSON.parse(line)),
    async eventDurable(event) {
      recorder.events.push(event)
    },
    async eventsDurable(events, { space, key, value }) {
      recorder.events.push(...events)
      recorder.marks.set(`${space} ${key}`, value)
    },
    waitForRoom: () => undefined,
    definition: (metric, resource = '', device) =>
      recorder.definitions.find(
        (d) => d.metric === metric && d.resource === resource && (device === undefined || d.device === device),
      ),
    latest(metric, resource = '', device) {
      const n = recorder.definition(metric, resource, device)?.n
      return recorder.samples.findLast((sample) => sample.n === n)?.value
    },
    values: (resource = '') =>
      Object.fromEntries(
        recorder.samples
          .filter((sample) => recorder.definitions[sample.n]?.resource === resource)
          .map((sample) => [recorder.definitions[sample.n]?.metric, sample.value]),
      ),
  }
  return recorder
}
