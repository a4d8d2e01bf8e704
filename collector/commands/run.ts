import { mkdirSync } from 'node:fs'
import { enableCompileCache, flushCompileCache } from 'node:module'
import { join } from 'node:path'
import { pino } from 'pino'
import { type CommandOptions, readSettings } from './settings.ts'

/** Runs until SIGTERM or SIGINT; a second signal ends it at once. `checkDatabase`: reads all of it first. */
export async function run(options: CommandOptions & { readonly checkDatabase?: boolean }): Promise<number> {
  const config = readSettings(options)
  if (options.checkDatabase) await refuseDamaged(config.dataDir)
  keepCompiledCode(config.dataDir)
  const { startCollector } = await import('../collector.ts')
  const log = pino({ name: 'collector', level: config.log.level })
  const adminPassword = process.env.OUTRIDER_ADMIN_PASSWORD || undefined
  const collector = await startCollector({ config, log, adminPassword }).catch((error: unknown) => {
    throw explained(error)
  })
  console.log(`Outrider console: ${config.http.publicUrl ?? collector.address}`)
  if (collector.madePassword !== undefined)
    console.log(`First administrator: user admin, password ${collector.madePassword} (shown only now)`)
  setTimeout(flushCompileCache, 2_000).unref()
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) {
      process.once(name, () => {
        process.once(name, () => process.exit(1))
        resolve(name)
      })
    }
  })
  log.info({ signal }, 'collector stops')
  const late = setTimeout(() => {
    log.error('stopping took too long; what was accepted is committed')
    process.exit(1)
  }, 8000)
  late.unref()
  await collector.stop()
  return 0
}

async function refuseDamaged(dataDir: string): Promise<void> {
  const { inspectDatabase } = await import('../storage/sqlite/inspect.ts')
  const facts = inspectDatabase(join(dataDir, 'collector.db'), { quickCheckBelowBytes: Number.POSITIVE_INFINITY })
  const problem = facts === null ? null : 'problem' in facts ? facts.problem : facts.damage
  if (problem !== null)
    throw new Error(`the database is damaged: ${problem}. Restore a backup (outrider-collector restore)`)
}

/** What a person can do about a socket that cannot be opened. */
function explained(error: unknown): unknown {
  const { code, address, port } = error as { code?: unknown; address?: unknown; port?: unknown }
  const place = `${address}:${port}`
  const settings = 'set http.port or broker.embedded.port to another'
  if (code === 'EADDRINUSE')
    return new Error(`${place} is taken: another program listens there. Stop it, or ${settings}.`, { cause: error })
  if (code === 'EACCES' && port !== undefined)
    return new Error(`${place} may not be opened by this user. Allow it, or ${settings}.`, { cause: error })
  if (code === 'EADDRNOTAVAIL')
    return new Error(`${address} is no address of this machine; set http.host or broker.embedded.host.`, {
      cause: error,
    })
  return error
}

/** Later starts take their code compiled from the data folder, where nobody else can put any. Without it they only take longer. */
function keepCompiledCode(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    enableCompileCache(join(dataDir, 'code-cache'))
  } catch {
    // whoever opens the folder says what is wrong with it
  }
}
