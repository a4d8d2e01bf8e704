import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { createEnrolment } from '../enrolment/enrolment.ts'
import { askRunning, type CommandAnswer, type IdentityCommand, runIdentityCommand } from '../enrolment-control.ts'
import { apiUrlOf, brokerUrlOf, openAuthority } from '../enrolment-desk.ts'
import { createPlaces } from '../site-config/places.ts'
import { emptyChangeSet } from '../storage/change-set.ts'
import { createAuditStore } from '../storage/sqlite/audit-store.ts'
import { lockDataFolder } from '../storage/sqlite/data-lock.ts'
import { openDatabase } from '../storage/sqlite/database.ts'
import { createEnrolmentStore } from '../storage/sqlite/enrolment-store.ts'
import { createSiteConfigStore } from '../storage/sqlite/site-config-store.ts'
import { type CommandOptions, readSettings } from './settings.ts'

/** Has the running collector do it, or does it in the data folder when none runs. Throws with the reason when it is not done. */
export async function identityCommand(options: CommandOptions, command: IdentityCommand): Promise<unknown> {
  const config = readSettings(options)
  const answer = (await askRunning(config.dataDir, command)) ?? (await doHere(config, command))
  if (!answer.ok) throw new Error(answer.message)
  return answer.value
}

async function doHere(config: ReturnType<typeof readSettings>, command: IdentityCommand): Promise<CommandAnswer> {
  const dir = config.dataDir
  // a token may come before the collector's first start; all else speaks of what is there
  if (command.do !== 'make-token' && !existsSync(join(dir, 'collector.db')))
    throw new Error(`${dir} holds no data of a collector; name its folder with --data or --config`)
  const unlock = lockDataFolder(dir)
  try {
    const log = pino({ level: 'silent' })
    const db = await openDatabase(join(dir, 'collector.db'))
    try {
      const store = createEnrolmentStore(db)
      const audit = createAuditStore(db)
      const places = createPlaces(config, createSiteConfigStore(db))
      const enrolment = createEnrolment({
        authority: await openAuthority(config, dir, Date.now(), log),
        store,
        async commit(writes, entry) {
          const at = Date.now()
          const entries = entry ? [{ at, ...entry }] : []
          const changes = { ...emptyChangeSet(), enrolment: [...writes], audit: entries }
          db.transaction(() => {
            store.write(changes, at)
            audit.write(changes, at)
          })
        },
        site: places.site,
        siteOf: (agent) => config.agents.find((a) => a.id === agent)?.site,
        brokerUrl: (host) => brokerUrlOf(config, host),
        commandKey: '',
        seesUse: config.broker.url === undefined,
        certificateMs: config.enrolment.certificateDays * 86_400_000,
        now: Date.now,
        log,
      })
      enrolment.load()
      return await runIdentityCommand({ enrolment, url: () => apiUrlOf(config) }, command)
    } finally {
      db.close()
    }
  } finally {
    unlock()
  }
}
