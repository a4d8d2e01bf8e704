// What a definition would have said about stored traps. Nothing is kept.
import type { TrapPreview } from '#shared/http/traps.ts'
import type { ReceivedEvent } from '../ingest/evaluation.ts'
import { createRules } from '../rules/rules.ts'
import type { Places } from '../rules/selector.ts'
import { rulesOfDefinitions } from './definition-rules.ts'
import { fileOfKept } from './trap-draft.ts'
import { indexTraps, type RankedFile } from './trap-index.ts'
import type { KeptDefinition } from './trap-store.ts'

/** Traps shown in full. */
const EXAMPLES = 20

/** `events`: stored traps of the OID, oldest first. `files`: the others that hold, for names of varbinds. */
export function previewOf(
  kept: KeptDefinition,
  events: readonly ReceivedEvent[],
  files: readonly RankedFile[],
  options: {
    readonly places: Places
    readonly language: 'zh-CN' | 'en'
    readonly nameOf: (event: ReceivedEvent) => string
  },
): TrapPreview {
  const file = fileOfKept(kept)
  const made = rulesOfDefinitions(
    'trap',
    file.definitions.flatMap((d) => d.alarms),
  )
  const said = [...file.problems, ...made.problems].map(({ path, message }) => [
    `${path} ${message}`,
    { path, message },
  ])
  // both languages and both ends may say the same
  const problems = [...new Map(said as [string, { path: string; message: string }][]).values()]
  const index = indexTraps([...files, { file, kind: 'database' }])
  const rules = createRules({ places: options.places, language: options.language })
  rules.restore({ rules: made.rules, states: [], series: [] })
  const examples: TrapPreview['examples'] = []
  let raised = 0
  let cleared = 0
  for (const event of events) {
    if (event.event.kind !== 'trap') continue
    const group = { now: event.at, newSeries: [], events: [event], samples: [], watermarks: [] }
    const signal = problems.length > 0 ? undefined : rules.evaluate(group).signals[0]
    if (signal?.kind === 'raise') raised++
    else if (signal) cleared++
    const meaning = index.meaning(event.event, options.nameOf(event))
    if (!meaning) continue
    const { kind, alarmType, severity, resource, qualifier, text } = signal ?? {}
    const alarm = signal
      ? ({ kind, alarmType, severity, resource, qualifier, text } as TrapPreview['examples'][number]['alarm'])
      : null
    examples.push({ event: event.id, at: event.at, device: event.device, meaning, alarm })
  }
  return { looked: events.length, raised, cleared, examples: examples.slice(-EXAMPLES).reverse(), problems }
}
