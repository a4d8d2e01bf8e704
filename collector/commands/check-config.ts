import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { generatedFiles } from '../config/generated-files.ts'
import { readRuleFolder } from '../rules/rule-folder.ts'
import { type CommandOptions, readSettings } from './settings.ts'

/** Names every problem of settings and rule files; opens no socket and no database. 0: all is well, 2: it is not. */
export async function checkConfig(options: CommandOptions & { readonly writeDocs?: string }): Promise<number> {
  if (options.writeDocs !== undefined) {
    mkdirSync(options.writeDocs, { recursive: true })
    for (const [name, text] of Object.entries(generatedFiles())) writeFileSync(join(options.writeDocs, name), text)
    return 0
  }
  const config = readSettings(options)
  const { rules, problems } = readRuleFolder(resolve(config.rulesDir), 'file')
  for (const p of problems) console.error(`${p.file}:${p.line}: ${p.path ? `${p.path}: ` : ''}${p.message}`)
  if (problems.length > 0) return 2
  const { customers, sites, agents, notify } = config
  console.log(
    `good: ${customers.length} customers, ${sites.length} sites, ${agents.length} agents, ` +
      `${notify.channels.length} channels, ${rules.length} own rules`,
  )
  return 0
}
