// outrider-agent check-config: every problem with its place, or the files generated from the schema.
import { readFileSync } from 'node:fs'
import { printProblem } from '#shared/config/read-config.ts'
import type { AgentConfig } from '../config/config.ts'
import { generatedFiles } from '../config/generated-files.ts'
import { readPolicy } from '../diagnostics/policy.ts'
import { type ConfigPlace, readConfigFile } from './read-file.ts'

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
  const problems = policyProblems(config)
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) return 2
  const enrolled = config.enrolled ? ' (enrolled)' : ''
  console.log(
    `${options.config ?? options.data}: good. Agent ${config.agent.id}${enrolled}, ${config.devices.length} devices.`,
  )
  return 0
}

function policyProblems({ policyFile: file, devices }: AgentConfig): string[] {
  if (file === undefined) return []
  try {
    const read = readPolicy(readFileSync(file, 'utf8'), { file, devices })
    return read.ok ? [] : read.problems.map(printProblem)
  } catch (error) {
    return [`${file}: ${(error as Error).message}`]
  }
}
