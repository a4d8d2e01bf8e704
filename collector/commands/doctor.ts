import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type CheckResult, type Language, runChecks } from '#shared/doctor/doctor.ts'
import { exitCodeOf, jsonOf, languageOf, linesOf, summaryLine, waitingLine } from '#shared/doctor/report.ts'
import { systemMachine } from '#shared/doctor/system-machine.ts'
import { openHolidays } from '#shared/time/holidays.ts'
import { tryBroker } from '../agent-link/try-broker.ts'
import { externalBroker } from '../brokers.ts'
import type { CollectorConfig } from '../config/config.ts'
import { COLLECTOR_CHECKS, COLLECTOR_CHECKS_ALONE, type DoctorContext } from '../doctor/doctor.ts'
import { COLLECTOR_WORDS } from '../doctor/words.ts'
import { inspectDatabase } from '../storage/sqlite/inspect.ts'
import { VERSION } from '../version.ts'
import { BadSettings, type CommandOptions, readSettings } from './settings.ts'

export interface DoctorOptions extends CommandOptions {
  readonly lang?: string
  readonly json?: boolean
  readonly full?: boolean
}

const RECEIVE_MS = 4_000

/** Looks at everything a collector needs and changes nothing. 0: nothing failed, 1: something did. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const language = languageOf(options.lang, process.env)
  const print = printer(language, options.json === true)
  const results: CheckResult[] = []
  const config = settings(options)
  results.push(config.result)
  print.result(config.result)
  if (config.value !== undefined) {
    const context = contextOf(config.value, options.full === true)
    const tell = { onResult: print.result, onWaiting: print.waiting }
    results.push(...(await runChecks(COLLECTOR_CHECKS, context, tell)))
    for (const check of COLLECTOR_CHECKS_ALONE) results.push(...(await runChecks([check], context, tell)))
  }
  print.end(results)
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
    tryBroker: (signal) =>
      tryBroker(
        externalBroker(config),
        { id: `doctor-${crypto.randomUUID().slice(0, 13)}`, receiveMs: RECEIVE_MS },
        signal,
      ),
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

function printer(language: Language, json: boolean) {
  return {
    result(result: CheckResult) {
      if (!json) for (const line of linesOf(result, COLLECTOR_WORDS, language)) console.log(line)
    },
    waiting(names: readonly string[]) {
      console.error(waitingLine(names, language))
    },
    end(results: readonly CheckResult[]) {
      if (json)
        console.log(
          JSON.stringify(
            jsonOf(`outrider-collector/${VERSION}`, Date.now(), results, COLLECTOR_WORDS, language),
            null,
            2,
          ),
        )
      else console.log(`\n${summaryLine(results, COLLECTOR_WORDS, language)}`)
    },
  }
}
