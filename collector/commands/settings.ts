import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { printProblem } from '#shared/config/read-config.ts'
import { type Secret, secretOf } from '#shared/config/secret.ts'
import { type CollectorConfig, readCollectorConfig } from '../config/config.ts'
import { EnrolmentNames } from '../config/enrolment-config.ts'

export interface CommandOptions {
  readonly config?: string
  readonly data?: string
}

/** Settings that cannot be used; the message names every problem with file and line. Exit code 2. */
export class BadSettings extends Error {}

/** Settings of a command; without --config and without a ./collector.yaml the defaults. Throws BadSettings. */
export function readSettings(options: CommandOptions): CollectorConfig {
  const file = options.config ?? (existsSync('collector.yaml') ? 'collector.yaml' : undefined)
  if (file !== undefined && !existsSync(file)) throw new BadSettings(`${file}: no such file`)
  const result = readCollectorConfig(file === undefined ? '' : readFileSync(file, 'utf8'), file ?? 'defaults', {
    env: (name) => process.env[name],
    file: (path) => readFileSync(path, 'utf8'),
  })
  if (!result.ok) throw new BadSettings(result.problems.map(printProblem).join('\n'))
  const { value } = result
  const sealKey = value.enrolment.sealKey ?? secretFromEnv('OUTRIDER_SEAL_KEY')
  const names = value.enrolment.names ?? namesFromEnv()
  return {
    ...value,
    dataDir: resolve(options.data ?? value.dataDir),
    enrolment: { ...value.enrolment, ...(names ? { names } : {}), ...(sealKey ? { sealKey } : {}) },
  }
}

function secretFromEnv(name: string): Secret | undefined {
  const text = process.env[name]
  return text ? secretOf(text) : undefined
}

/** OUTRIDER_NAMES: names and addresses with commas, for where the settings are a file of the image. */
function namesFromEnv(): string[] | undefined {
  const names = (process.env.OUTRIDER_NAMES ?? '').split(',').map((n) => n.trim())
  const checked = EnrolmentNames.safeParse(names.filter((n) => n !== ''))
  if (!checked.success) throw new BadSettings(`OUTRIDER_NAMES: ${checked.error.issues[0]?.message}`)
  return checked.data.length > 0 ? checked.data : undefined
}
