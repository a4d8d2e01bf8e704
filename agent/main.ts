#!/usr/bin/env node
// outrider-agent. What runs for months is started anew (commands/lean-start.ts) and then loads neither the command line
// nor what no one uses of Node's own modules. Everything else is a command.
import { FOR_ZOD, importLean, importStandIns, isLean } from '#shared/start/lean-modules.ts'

const options = isLean(process.env) ? runOptions(process.argv.slice(2)) : undefined
if (options === undefined) {
  const { commandLine } = await import('./commands/command-line.ts')
  await commandLine()
} else {
  await importLean(['node:fs'])
  importStandIns(FOR_ZOD)
  // Compiled checks are for many messages a second; a few a minute are worth less than the 1.5 MB they take.
  const { config } = await import('zod')
  config({ jitless: true })
  const { run } = await import('./commands/run.ts')
  process.exitCode = await run(options)
  process.exit()
}

/** Of `run` as the command line took them before; undefined for any other words. */
function runOptions([command, ...words]: readonly string[]): { config?: string; data?: string } | undefined {
  if (command !== 'run') return undefined
  const given: { config?: string; data?: string } = {}
  for (let i = 0; i < words.length; i++) {
    const [, name, value = words[++i]] = words[i]?.match(/^--(config|data)(?:=(.*))?$/s) ?? []
    if (name === undefined || value === undefined) return undefined
    given[name as 'config' | 'data'] = value
  }
  return given
}
