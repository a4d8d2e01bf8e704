// Texts of docs/agent.example.yaml and docs/agent.schema.json. `outrider-agent check-config --example | --schema` prints them.
import { configJsonSchema, exampleYaml } from '#shared/config/example.ts'
import { AgentFile } from './agent-file.ts'

/** File name to text, generated from the schema. */
export function generatedFiles(): Readonly<Record<'agent.schema.json' | 'agent.example.yaml', string>> {
  return {
    'agent.schema.json': `${JSON.stringify(configJsonSchema(AgentFile, 'Outrider agent'), null, 2)}\n`,
    'agent.example.yaml': exampleYaml(AgentFile, 'agent.schema.json', INTRO),
  }
}

const INTRO = `Settings of the Outrider agent. What stands commented out is the default.
Check a file with: outrider-agent check-config --config agent.yaml`
