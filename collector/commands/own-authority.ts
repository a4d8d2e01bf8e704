// The authority of a data folder for commands that run beside the collector.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { OpenAuthority } from '../authority/authority.ts'
import type { CollectorConfig } from '../config/config.ts'
import { openAuthority } from '../enrolment-desk.ts'

/** Opens it; `make`: makes one when there is none yet. Throws when there is none, or its key cannot be used. */
export async function openOwnAuthority(config: CollectorConfig, make: boolean, log: Logger): Promise<OpenAuthority> {
  const keys = join(config.dataDir, 'keys')
  const file = join(keys, 'ca.pem')
  if (!make && !existsSync(file)) throw new Error(`${file} is missing: the collector makes it at its first start`)
  if (make) mkdirSync(keys, { recursive: true, mode: 0o700 })
  const authority = await openAuthority(config, config.dataDir, Date.now(), log)
  if (authority.problem !== undefined) throw new Error(authority.problem)
  return authority
}
