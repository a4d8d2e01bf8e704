import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { type CheckResult, runChecks } from '#shared/doctor/doctor.ts'
import { exitCodeOf, languageOf, reporter } from '#shared/doctor/report.ts'
import { systemMachine } from '#shared/doctor/system-machine.ts'
import { openHolidays } from '#shared/time/holidays.ts'
import { tryBroker } from '../agent-link/try-broker.ts'
import { DOCTOR_NAME } from '../broker/mosquitto-config.ts'
import type { CollectorConfig } from '../config/config.ts'
import { COLLECTOR_CHECKS, COLLECTOR_CHECKS_ALONE, type DoctorContext } from '../doctor/doctor.ts'
import { COLLECTOR_WORDS } from '../doctor/words.ts'
import { externalAddress } from '../external-broker.ts'
import { inspectDatabase } from '../storage/sqlite/inspect.ts'
import { VERSION } from '../version.ts'
import { openOwnAuthority } from './own-authority.ts'
import { BadSettings, type CommandOptions, readSettings } from './settings.ts'

export interface DoctorOptions extends CommandOptions {
  readonly lang?: string
  readonly json?: boolean
  readonly full?: boolean
}

const RECEIVE_MS = 4_000

/** Looks at everything a collector needs and changes nothing. 0: nothing failed, 1: something did. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const report = reporter({
    ...{ program: `outrider-collector/${VERSION}`, table: COLLECTOR_WORDS },
    ...{ language: languageOf(options.lang, process.env), json: options.json === true },
    ...{ out: console.log, progress: console.error },
  })
  const config = settings(options)
  const results = [config.result]
  report.onResult(config.result)
  if (config.value !== undefined) {
    const context = contextOf(config.value, options.full === true)
    results.push(...(await runChecks(COLLECTOR_CHECKS, context, report)))
    for (const check of COLLECTOR_CHECKS_ALONE) results.push(...(await runChecks([check], context, report)))
  }
  report.end(results)
  return exitCodeOf(results, COLLECTOR_WORDS)
}

function settings(options: DoctorOptions): { value?: CollectorConfig; result: CheckResult } {
  const result = (findings: CheckResult['findings']): CheckResult => ({ check: 'config', findings, ms: 0 })
  try {
    const value = readSettings(options)
    const params = { file: options.config ?? 'collector.yaml', ...{ customers: value.customers.length } }
    const more = { sites: value.sites.length, agents: value.agents.length }
    return { value, result: result([{ id: 'config-good', params: { ...params, ...more } }]) }
  } catch (error) {
    if (!(error instanceof BadSettings)) throw error
    return { result: result(error.message.split('\n').map((problem) => ({ id: 'config-bad', params: { problem } }))) }
  }
}

function contextOf(config: CollectorConfig, full: boolean): DoctorContext {
  const machine = systemMachine()
  const running = machine.inUse(join(config.dataDir, 'collector.lock')) ?? false
  return {
    config,
    machine,
    running,
    full,
    inspectDatabase: (options) => inspectDatabase(join(config.dataDir, 'collector.db'), options),
    tryBroker: async (signal) => {
      const own = config.broker.certificate === 'own'
      const authority = own ? await openOwnAuthority(config, false, pino({ level: 'silent' })) : { ca: '' }
      // a name of its own: with the collector's it would take over its session
      const held = 'issueClient' in authority ? await authority.issueClient(DOCTOR_NAME, Date.now()) : undefined
      const id = own ? DOCTOR_NAME : `doctor-${crypto.randomUUID().slice(0, 13)}`
      return tryBroker(
        externalAddress(config, authority, () => held),
        { id, receiveMs: RECEIVE_MS, hearsAgents: !own },
        signal,
      )
    },
    openAuthority: async () => {
      try {
        return { ca: (await openOwnAuthority(config, false, pino({ level: 'silent' }))).ca }
      } catch (error) {
        return { problem: (error as Error).message }
      }
    },
    holidays: () => openHolidays(holidayFiles(resolve(config.holidaysDir))),
  }
}

/** Files of the folder; none when there is no folder. */
function holidayFiles(dir: string): { name: string; text: string }[] {
  try {
    const names = readdirSync(dir).filter((name) => /\.(ya?ml|json)$/.test(name))
    return names.sort().map((name) => ({ name: join(dir, name), text: readFileSync(join(dir, name), 'utf8') }))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
