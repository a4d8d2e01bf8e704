import { pino } from 'pino'
import { startCollector } from '../collector.ts'
import { type CommandOptions, readSettings } from './settings.ts'

/** Runs until SIGTERM or SIGINT; a second signal ends it at once. */
export async function run(options: CommandOptions): Promise<number> {
  const config = readSettings(options)
  const log = pino({ name: 'collector', level: config.log.level })
  const collector = await startCollector({ config, log, adminPassword: process.env.OUTRIDER_ADMIN_PASSWORD || undefined })
  console.log(`Outrider console: ${config.http.publicUrl ?? collector.address}`)
  if (collector.madePassword !== undefined)
    console.log(`First administrator: user admin, password ${collector.madePassword} (shown only now)`)
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
  }, 10_000)
  late.unref()
  await collector.stop()
  return 0
}
