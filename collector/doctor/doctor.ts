// The door of the collector's doctor: what is looked at. A new check is a file in checks/ and a line here.
import type { Check } from '#shared/doctor/doctor.ts'
import type { Machine } from '#shared/doctor/machine.ts'
import type { HolidayYears } from '#shared/time/holidays.ts'
import type { CollectorConfig } from '../config/config.ts'
import type { DatabaseFacts } from '../storage/sqlite/inspect.ts'
import { authorityCheck } from './checks/authority.ts'
import { brokerCheck } from './checks/broker.ts'
import { certificateCheck } from './checks/certificates.ts'
import { channelCheck } from './checks/channels.ts'
import { clockCheck } from './checks/clock.ts'
import { dataFolderCheck } from './checks/data-folder.ts'
import { databaseCheck } from './checks/database.ts'
import { holidayCheck } from './checks/holidays.ts'
import { influxCheck } from './checks/influx.ts'
import { nameCheck } from './checks/names.ts'
import { portCheck } from './checks/ports.ts'
import type { MessageId } from './words.ts'

export interface DoctorContext {
  readonly config: CollectorConfig
  readonly machine: Machine
  /** A collector runs on this data folder now. */
  readonly running: boolean
  /** Check the whole database, however large. */
  readonly full: boolean
  /** null: there is no database yet. Throws what SQLite says. */
  inspectDatabase(options: { readonly quickCheckBelowBytes: number }): DatabaseFacts | null
  /** Connects to the broker of the settings beside a running collector: signs in, subscribes, hears itself. */
  tryBroker(signal: AbortSignal): Promise<BrokerTrial>
  /** The own authority, its key opened; in words why it cannot be. */
  openAuthority(): Promise<{ readonly ca: string } | { readonly problem: string }>
  holidays(): Promise<HolidayYears>
}

export type BrokerTrial =
  | { readonly ok: true; readonly ms: number }
  | {
      readonly ok: false
      readonly step: 'connect' | 'sign-in' | 'subscribe' | 'publish' | 'receive'
      readonly problem: string
    }

export type CollectorCheck = Check<DoctorContext, MessageId>

/** All run at once, the database last and alone: SQLite holds the thread while it reads. */
export const COLLECTOR_CHECKS: readonly CollectorCheck[] = [
  dataFolderCheck,
  clockCheck,
  nameCheck,
  portCheck,
  certificateCheck,
  authorityCheck,
  brokerCheck,
  influxCheck,
  channelCheck,
  holidayCheck,
]

export const COLLECTOR_CHECKS_ALONE: readonly CollectorCheck[] = [databaseCheck]
