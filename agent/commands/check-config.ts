// outrider-agent check-config: every problem with its place, or the files generated from the schema.
import { readFileSync } from 'node:fs'
import { printProblem } from '#shared/config/read-config.ts'
import { type AgentConfig, mayGetDevices } from '../config/config.ts'
import { generatedFiles } from '../config/generated-files.ts'
import type { SiteView } from '../config/site-view.ts'
import { readPolicy, unknownExceptions } from '../diagnostics/policy.ts'
import { type ConfigPlace, readConfigFile } from './read-file.ts'
import { storedView } from './stored-view.ts'

/** Returns the exit code. */
export function checkConfig(options: ConfigPlace & { schema?: boolean; example?: boolean }): number {
  if (options.schema) process.stdout.write(generatedFiles()['agent.schema.json'])
  if (options.example) process.stdout.write(generatedFiles()['agent.example.yaml'])
  if (options.schema || options.example) return 0
  if (options.config === undefined && options.data === undefined) {
    console.error('Give --config FILE, --data DIR of an agent that is enrolled, --schema or --example.')
    return 2
  }
  const config = readConfigFile(options)
  if (config === undefined) return 2
  const { version, view } = storedView(config)
  const { problems, notes } = policyProblems(config, view.devices)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) return 2
  const enrolled = config.enrolled ? ' (enrolled)' : ''
  const kept = version === 0 ? '' : `, ${view.devices.length - config.devices.length} more from the collector`
  console.log(
    `${options.config ?? options.data}: good. Agent ${config.agent.id}${enrolled}, ${config.devices.length} devices${kept}.`,
  )
  if (version > 0) console.log(`Configuration ${version} of the collector is kept here.`)
  for (const { device, path, message } of view.problems.slice(0, MOST_NOTES))
    console.log(`  ${[device, path].filter((part) => part).join(' ')}: ${message}`)
  if (view.problems.length > MOST_NOTES) console.log(`  and ${view.problems.length - MOST_NOTES} more`)
  for (const note of notes) console.log(note)
  return 0
}

const MOST_NOTES = 50

/** `devices`: those of the file and of the kept configuration. */
function policyProblems(config: AgentConfig, devices: SiteView['devices']): Record<'problems' | 'notes', string[]> {
  const { policyFile: file } = config
  if (file === undefined) return { problems: [], notes: [] }
  try {
    const read = readPolicy(readFileSync(file, 'utf8'), { file, devices: mayGetDevices(config) ? undefined : devices })
    if (!read.ok) return { problems: read.problems.map(printProblem), notes: [] }
    const unknown = unknownExceptions(read.value, devices)
    return {
      problems: [],
      notes: unknown.map((name) => `${file}: no device "${name}" now: it holds when the collector names one so`),
    }
  } catch (error) {
    return { problems: [`${file}: ${(error as Error).message}`], notes: [] }
  }
}
