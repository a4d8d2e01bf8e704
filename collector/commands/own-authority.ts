// The authority of a data folder for commands that run beside the collector.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { createAuthority, type OpenAuthority } from '../authority/authority.ts'
import { masterKeyOf, openMasterKeyFile } from '../authority/master-key.ts'
import type { CollectorConfig } from '../config/config.ts'

/** Opens it; `make`: makes one when there is none yet. Throws when there is none, or its key cannot be used. */
export async function openOwnAuthority(config: CollectorConfig, make: boolean, log: Logger): Promise<OpenAuthority> {
  const dir = join(config.dataDir, 'keys')
  const file = join(dir, 'ca.pem')
  if (!make && !existsSync(file)) throw new Error(`${file} is missing: the collector makes it at its first start`)
  if (make) mkdirSync(dir, { recursive: true, mode: 0o700 })
  const given = config.enrolment.sealKey?.reveal()
  const master = (mayMake: boolean) =>
    given === undefined ? openMasterKeyFile(join(dir, 'seal.key'), make && mayMake) : masterKeyOf(given)
  const agentDays = config.enrolment.certificateDays
  const authority = await createAuthority({ dir, master, agentDays, now: Date.now(), log })
  if (authority.problem !== undefined) throw new Error(authority.problem)
  return authority
}
