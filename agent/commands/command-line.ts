// The command line. Each command loads only what it needs; only this file and main.ts end the process.
import { Command } from 'commander'
import { PROGRAM } from './program.ts'

const program = new Command('outrider-agent')
  .description('Watches the equipment of one site and tells the collector')
  .showHelpAfterError()

program
  .command('run')
  .description('watch, until SIGTERM or SIGINT')
  .option('--config <file>', 'agent.yaml; not needed with an identity')
  .option('--data <dir>', 'data folder, instead of dataDir in the file')
  .action(async (options: { config?: string; data?: string }) => {
    const { run } = await import('./run.ts')
    process.exitCode = await run(options)
    process.exit()
  })

program
  .command('check-config')
  .description('list every problem of a configuration file; or print its schema or an example')
  .option('--config <file>', 'agent.yaml')
  .option('--data <dir>', 'data folder, instead of dataDir in the file')
  .option('--schema', 'print the JSON Schema')
  .option('--example', 'print a commented example')
  .action(async (options: { config?: string; data?: string; schema?: boolean; example?: boolean }) => {
    const { checkConfig } = await import('./check-config.ts')
    process.exitCode = checkConfig(options)
  })

program
  .command('try-device')
  .description('ask one device everything once: ping, ports, SNMP versions, its profile and ten metrics')
  .argument('<address>', 'IP address or host name; with --config also the id of a device')
  .option('--community <text...>', 'v1 and v2c communities to try (default: public)')
  .option('--user <name>', 'v3 user; keys come from the options or OUTRIDER_AUTH_KEY and OUTRIDER_PRIV_KEY')
  .option('--auth-protocol <name>', 'md5, sha, sha224, sha256, sha384 or sha512', 'sha256')
  .option('--auth-key <key>', 'v3 authentication key')
  .option('--priv-protocol <name>', 'des, aes, aes256b or aes256r', 'aes')
  .option('--priv-key <key>', 'v3 privacy key')
  .option('--config <file>', 'agent.yaml, for its credentials, devices and profiles')
  .option('--credentials <name>', 'a set of credentials of the file')
  .option('--profile <name>', 'use this profile instead of the one that fits')
  .option('--profiles <dir>', 'folder of profiles beside those that come with the program')
  .option('--port <port>', 'SNMP port, default 161')
  .option('--timeout <ms>', 'wait for a single answer', '2000')
  .action(async (address: string, options: Record<string, string>) => {
    const { tryDeviceCommand } = await import('./try-device-command.ts')
    process.exitCode = await tryDeviceCommand(address, options)
    process.exit()
  })

program
  .command('profiles')
  .description('device profiles of others, before they are dropped into the profiles folder')
  .command('check')
  .description('say of each file of a folder whether it is loaded, partly or refused, and why; changes nothing')
  .argument('<dir>', 'folder with .yaml and .yml files, searched with its subfolders')
  .option('--json', 'one JSON document')
  .option('--verbose', 'every file, with notes on what is known and not used')
  .option('--lang <language>', 'en or zh-CN (default: of the environment)')
  .action(async (dir: string, options: { json?: boolean; verbose?: boolean; lang?: string }) => {
    const { profilesCheck } = await import('./profiles-check.ts')
    process.exitCode = await profilesCheck(dir, options)
  })

program
  .command('discover')
  .description('sweep address ranges from here and show what answers; needs no collector, adds nothing')
  .argument('<range...>', '10.0.0.0/24, 10.0.0.1-10.0.0.50, 10.0.0.7 or 2001:db8::7')
  .option('--exclude <range...>', 'leave these out')
  .option('--config <file>', 'agent.yaml, for its credentials, devices and profiles')
  .option('--credentials <name...>', 'sets of the file in the order in which they are tried; all when absent')
  .option('--community <text...>', 'v2c communities to try (default without credentials: public)')
  .option('--rate <n>', 'packets per second, everything counted', '100')
  .option('--timeout <ms>', 'wait for a single answer', '2000')
  .option('--port <port>', 'SNMP port', '161')
  .option('--tcp <port...>', 'ports to try where SNMP does not answer (default: 22 80 443)')
  .option('--no-ping', 'no ICMP')
  .option('--profiles <dir>', 'folder of profiles beside those that come with the program')
  .option('--json', 'one JSON document')
  .option('--csv', 'a table for the import of the console')
  .action(async (ranges: string[], options: Record<string, unknown>) => {
    const { discover } = await import('./discover.ts')
    const { isTTY: isTerminal } = process.stderr
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    const say = (text: string) => void process.stderr.write(isTerminal && text.startsWith('\r') ? text : `${text}\n`)
    process.exitCode = await discover(ranges, options, { out: console.log, say, isTerminal }, stop.signal)
    process.exit()
  })

program
  .command('status')
  .description('show what a running agent says of itself')
  .option('--config <file>', 'agent.yaml, for the port of its health page')
  .option('--data <dir>', 'data folder of an agent that is enrolled')
  .option('--port <port>', 'port of the health page', '8089')
  .action(async (options: { config?: string; data?: string; port: string }) => {
    const { status } = await import('./status.ts')
    process.exitCode = await status(options)
  })

program
  .command('doctor')
  .description('look at everything the agent needs, and say what to do; changes nothing')
  .option('--config <file>', 'agent.yaml')
  .option('--data <dir>', 'data folder, instead of dataDir in the file')
  .option('--lang <language>', 'en or zh-CN (default: of the environment)')
  .option('--json', 'one JSON document')
  .option('--devices', 'resolve the name of every device')
  .action(async (options: { config?: string; data?: string; lang?: string; json?: boolean; devices?: boolean }) => {
    const { doctor } = await import('./doctor.ts')
    process.exitCode = await doctor(options)
    process.exit()
  })

program
  .command('new-epoch')
  .description('go on with a data folder that is an older copy (the collector refuses it otherwise)')
  .option('--config <file>', 'agent.yaml; not needed with an identity')
  .option('--data <dir>', 'data folder, instead of dataDir in the file')
  .option('--yes', 'do not ask')
  .action(async (options: { config?: string; data?: string; yes?: boolean }) => {
    const { newEpoch } = await import('./new-epoch.ts')
    process.exitCode = await newEpoch(options)
  })

program
  .command('enrol')
  .description('make a key on this machine and get its certificate from the collector')
  .argument('<url>', 'address of the collector, e.g. https://collector.example:8080')
  .option('--token <token>', 'from the console; OUTRIDER_ENROLMENT_TOKEN when absent. Never kept')
  .option('--data <dir>', 'data folder, instead of dataDir in the file')
  .option('--config <file>', 'agent.yaml, for its dataDir')
  .option('--name <name>', 'what the operator sees this machine as; its host name when absent')
  .option('--replace', 'put a new identity in the place of the present one')
  .option('--lang <lang>', 'en or zh; the language of the machine when absent')
  .action(async (url: string, options: Record<string, string | boolean>) => {
    const { enrol } = await import('./enrol.ts')
    process.exitCode = await enrol(url, options)
    process.exit()
  })

program
  .command('version')
  .description('print the version')
  .action(() => {
    console.log(`${PROGRAM} (node ${process.version})`)
  })

/** Runs the command that was given. */
export async function commandLine(): Promise<void> {
  try {
    await program.parseAsync()
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}
