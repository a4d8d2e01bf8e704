// outrider-agent check-config: every problem with its place, or the files generated from the schema.
import { generatedFiles } from '../config/generated-files.ts'
import { readConfigFile } from './read-file.ts'

/** Returns the exit code. */
export function checkConfig(options: { config?: string; schema?: boolean; example?: boolean }): number {
  if (options.schema) process.stdout.write(generatedFiles()['agent.schema.json'])
  if (options.example) process.stdout.write(generatedFiles()['agent.example.yaml'])
  if (options.schema || options.example) return 0
  if (options.config === undefined) {
    console.error('Give --config FILE, --schema or --example.')
    return 2
  }
  const config = readConfigFile(options.config)
  if (config === undefined) return 2
  console.log(`${options.config}: good. Agent ${config.agent.id}, ${config.devices.length} devices.`)
  return 0
}
