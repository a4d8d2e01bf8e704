// Texts of docs/collector.example.yaml and docs/collector.schema.json. `outrider-collector check-config --write-docs DIR` writes them.
import { configJsonSchema, exampleYaml } from '#shared/config/example.ts'
import { CollectorConfig } from './config.ts'

/** File name to text, generated from the schema. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'collector.schema.json': `${JSON.stringify(configJsonSchema(CollectorConfig, 'Outrider collector'), null, 2)}\n`,
    'collector.example.yaml': exampleYaml(CollectorConfig, 'collector.schema.json', INTRO),
  }
}

const INTRO = `Settings of the Outrider collector. Every key is optional; what stands commented out is the default.
Check a file with: outrider-collector check-config --config collector.yaml`
