#!/usr/bin/env node
// outrider-agent: the command line. Each command loads only what it needs; only this file ends the process.
import { Command } from 'commander'
import { PROGRAM } from './commands/program.ts'

const program = new Command('outrider-agent')
  .description('Watches the equipment of one site and tells the collector')
  .showHelpAfterError()

program
  .command('run')
  .description('watch, until SIGTERM or SIGINT')
  .requiredOption('--config <file>', 'agent.yaml')
  .option('--data <dir>', 'data folder, instead of dataDir in the file')
  .action(async (options: { config: string; data?: string }) => {
    const { run } = await import('./commands/run.ts')
    process.exitCode = await run(options)
    process.exit()
  })

program
  .command('check-config')
  .description('list every problem of a configuration file; or print its schema or an example')
  .option('--config <file>', 'agent.yaml')
  .option('--schema', 'print the JSON Schema')
  .option('--example', 'print a commented example')
  .action(async (options: { config?: string; schema?: boolean; example?: boolean }) => {
    const { checkConfig } = await import('./commands/check-config.ts')
    process.exitCode = checkConfig(options)
  })

program
  .command('status')
  .description('show what a running agent says of itself')
  .option('--config <file>', 'agent.yaml, for the port of its health page')
  .option('--port <port>', 'port of the health page', '8089')
  .action(async (options: { config?: string; port: string }) => {
    const { status } = await import('./commands/status.ts')
    process.exitCode = await status(options)
  })

program
  .command('enrol')
  .description('make an identity for this agent (comes with certificates)')
  .action(async () => {
    const { enrol } = await import('./commands/enrol.ts')
    process.exitCode = enrol()
  })

program
  .command('version')
  .description('print the version')
  .action(() => {
    console.log(`${PROGRAM} (node ${process.version})`)
  })

try {
  await program.parseAsync()
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
