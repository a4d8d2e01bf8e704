#!/usr/bin/env node
// Command line of the collector. Each command loads only what it needs; only this file ends the process.
import { Command } from 'commander'
import { BadSettings } from './commands/settings.ts'
import { VERSION } from './version.ts'

const program = new Command('outrider-collector')
  .description('Turns what agents report into incidents')
  .version(VERSION)

/** Options every command has: where the settings and the data are. */
const command = (name: string, about: string, parent = program) =>
  parent
    .command(name)
    .description(about)
    .option('--config <file>', 'settings (default: ./collector.yaml when it is there)')
    .option('--data <dir>', 'data folder; wins over dataDir in the settings')

/** A command's number is the process's exit code. */
const ending =
  <A extends unknown[]>(load: () => Promise<(...args: A) => Promise<number>>) =>
  async (...args: A): Promise<void> => {
    try {
      const work = await load()
      process.exitCode = await work(...args)
    } catch (error) {
      console.error((error as Error).message)
      process.exitCode = error instanceof BadSettings ? 2 : 1
    }
  }

command('run', 'run the collector')
  .option('--check-database', 'read the whole database first, and do not start on a damaged one')
  .action(ending(async () => (await import('./commands/run.ts')).run))
command('check-config', 'check settings and rules, and end')
  .option('--write-docs <dir>', 'write the example file and the JSON Schema there')
  .action(ending(async () => (await import('./commands/check-config.ts')).checkConfig))
command('backup', 'write a backup while the collector runs')
  .argument('<file>')
  .action(ending(async () => (await import('./commands/backup.ts')).backupCommand))
command('restore', 'put a backup in place; the collector must not run')
  .argument('<file>')
  .action(ending(async () => (await import('./commands/backup.ts')).restoreCommand))
command('command-key', 'print the public key agents must trust').action(
  ending(async () => (await import('./commands/command-key.ts')).showCommandKey),
)
command('add-user', 'add a user, or give one a new password (read from standard input)')
  .argument('<name>')
  .option('--role <role>', 'admin, noc, desk, engineer, viewer or customer', 'viewer')
  .option('--customers <ids>', 'the customers this person may see, with commas between them (default: all)')
  .action(ending(async () => (await import('./commands/add-user.ts')).addUser))
command('doctor', 'look at everything the collector needs, and say what to do; changes nothing')
  .option('--lang <language>', 'en or zh-CN (default: of the environment)')
  .option('--json', 'one JSON document')
  .option('--full', 'check the whole database, however large')
  .action(ending(async () => (await import('./commands/doctor.ts')).doctor))
command('verify-audit', 'check the audit log from its first entry').action(
  ending(async () => (await import('./commands/verify-audit.ts')).verifyAudit),
)
command('broker-config', 'write a complete configuration for another broker, with certificates and access rules')
  .argument('<kind>', 'mosquitto')
  .requiredOption('--out <dir>', 'folder to write to')
  .option('--host <name...>', 'names and addresses agents find the broker by (default: enrolment.names, this machine)')
  .option('--listen <address>', 'address the broker listens on (default: all)')
  .option('--port <port>', 'port the broker listens on', '8883')
  .option('--seen-as <dir>', 'the folder as the broker sees it, when that is another path')
  .option('--pid-file <file>', 'where the broker writes its process id')
  .option('--force', 'replace files that were changed by hand')
  .action(ending(async () => (await import('./commands/broker-config.ts')).brokerConfig))
const token = program.command('token').description('tokens that agents enrol with')
command('make', 'make a token and print it, once', token)
  .requiredOption('--site <site>', 'the site its agents belong to')
  .option('--pre-approved', 'agents that come with it need no approval')
  .option('--uses <number>', 'agents that may come with it', '1')
  .option('--valid <time>', 'how long, e.g. 90m or 24h, which is the longest', '24h')
  .option('--note <text>', 'what it is for')
  .action(ending(async () => (await import('./commands/token.ts')).makeToken))
command('list', 'list tokens, newest first', token).action(
  ending(async () => (await import('./commands/token.ts')).listTokens),
)
command('revoke', 'revoke a token and reject what waits with it', token)
  .argument('<id>')
  .action(ending(async () => (await import('./commands/token.ts')).revokeToken))
const agent = program.command('agent').description('identities of agents')
command('revoke', 'take an agent its identity, at once', agent)
  .argument('<agent>')
  .requiredOption('--reason <text>')
  .action(ending(async () => (await import('./commands/agent.ts')).revokeAgent))
command('release', 'let a quarantined agent in again', agent)
  .argument('<agent>')
  .requiredOption('--reason <text>')
  .action(ending(async () => (await import('./commands/agent.ts')).releaseAgent))
const mib = program.command('mib').description('MIB files')
mib
  .command('compile')
  .description('make trap definitions of a folder of MIB files, offline')
  .argument('<dir>')
  .requiredOption('-o, --output <dir>', 'folder to write to, e.g. traps.d in the data folder')
  .action(ending(async () => (await import('./commands/mib.ts')).mibCompile))
program
  .command('mib-thread', { hidden: true })
  .action(ending(async () => (await import('./commands/mib.ts')).mibThread))
program
  .command('replay-thread', { hidden: true })
  .action(ending(async () => (await import('./commands/replay-thread.ts')).replayThread))
program
  .command('version')
  .description('print the version')
  .action(() => console.log(VERSION))

await program.parseAsync()
// whatever a failed start left open must not keep the process
process.exit()
