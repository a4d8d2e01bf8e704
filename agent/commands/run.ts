// outrider-agent run: starts the agent and stops it, within 10 s, when asked to.
import { forMqtt, importStandIns, isLean } from '#shared/start/lean-modules.ts'
import type { Agent } from '../agent.ts'
import { giveBackWhenQuiet } from './give-back.ts'
import { leanStart } from './lean-start.ts'
import { optimiseWhenBusy } from './optimise-when-busy.ts'
import { PROGRAM } from './program.ts'
import { type ConfigPlace, readConfigFile } from './read-file.ts'

const STOP_MS = 10_000

/** Resolves with the exit code: 0 after a signal, 1 after a failure, 2 for a configuration that cannot be used. */
export async function run(options: ConfigPlace): Promise<number> {
  if (options.config === undefined && options.data === undefined) {
    console.error('Give --config FILE, or --data DIR of an agent that is enrolled.')
    return 2
  }
  const config = readConfigFile(options)
  if (config === undefined) return 2
  const loadAll = () =>
    Promise.all([import('../agent.ts'), import('../outbox/lean-thread.ts'), import('../protocols/snmp/v3-session.ts')])
  await leanStart(config.dataDir, loadAll)
  if (isLean(process.env)) importStandIns(forMqtt(process.env, config.broker.url))
  const { startAgent } = await import('../agent.ts')
  const { pino } = await import('pino')
  const log = pino({ level: config.log.level, base: { agent: config.agent.id } })
  const { promise: ended, resolve: end } = Promise.withResolvers<number>()
  const fatal = (error: Error) => {
    log.fatal({ err: error }, 'the agent must start anew')
    end(1)
  }
  process.on('uncaughtException', fatal)
  process.on('unhandledRejection', (reason) => fatal(reason instanceof Error ? reason : new Error(String(reason))))
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      log.info({ signal }, 'stopping')
      end(0)
    })
  let agent: Agent | undefined
  try {
    agent = await startAgent({ config, program: PROGRAM, log, onFatal: fatal })
    giveBackWhenQuiet()
    optimiseWhenBusy()
  } catch (error) {
    fatal(error as Error)
  }
  const code = await ended
  if (agent !== undefined) await withinLimit(agent.stop(), () => log.error('could not stop in time'))
  return code
}

async function withinLimit(work: Promise<void>, onLate: () => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      onLate()
      resolve()
    }, STOP_MS)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
