// outrider-agent enrol: from a token to an identity in the data folder.
import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { AgentConfig } from '../config/config.ts'
import { enrolAt } from '../enrolment/enrolment.ts'
import { type EnrolText, enrolText, languageOf } from '../enrolment/enrolment-texts.ts'
import type { EnrolFault, EnrolOutcome } from '../enrolment/outcome.ts'
import { freeReserve, pendingFile } from '../enrolment/pending-enrolment.ts'
import { readIdentity, saveIdentity } from '../identity/identity.ts'
import { beginNewEpoch, isOutboxInUse } from '../outbox/new-epoch.ts'
import { PROGRAM } from './program.ts'
import { readConfigFile } from './read-file.ts'

export interface EnrolCommand {
  readonly token?: string
  readonly data?: string
  readonly config?: string
  readonly name?: string
  readonly replace?: boolean
  readonly lang?: string
  /** For tests. */
  readonly sleep?: (ms: number) => Promise<void>
  readonly now?: () => number
  readonly out?: (line: string) => void
  readonly timeoutMs?: number
}

/** Exit codes beside 0; docs/enrolment.md lists them. */
const OTHER = 1
const USAGE = 2
const DISK = 6
const CODES: Readonly<Record<EnrolFault, number>> = {
  'no-token': USAGE,
  'bad-token': 3,
  'token-unknown': 3,
  'token-expired': 3,
  'token-used': 3,
  'token-revoked': 3,
  unreachable: 4,
  timeout: 4,
  'collector-trouble': 4,
  'no-collector': 4,
  'bad-request': 4,
  'other-collector': 5,
  'server-certificate': 5,
  'plain-http': 5,
  'bad-grant': 5,
  rejected: 7,
  clock: 8,
}

/** Prints how it goes; returns the exit code. Ctrl-C leaves a waiting request that the same command goes on with. */
export async function enrol(address: string, options: EnrolCommand): Promise<number> {
  const language = languageOf(options.lang, process.env)
  const out = options.out ?? ((line) => console.log(line))
  const say = (text: EnrolText, values?: Readonly<Record<string, string>>) => out(enrolText(text, language, values))
  const url = URL.parse(address)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    say('bad-url', { detail: address.slice(0, 200) })
    return USAGE
  }
  const config = readConfigFile(options, () => ({ kind: 'enrolling' }))
  if (config === undefined) return USAGE
  const { dataDir } = config
  const present = readIdentity(dataDir)
  if (present.kind !== 'none' && !options.replace) {
    say('already', { agent: present.kind === 'good' ? present.identity.agent : present.problem })
    return USAGE
  }
  const pending = pendingFile(dataDir)
  const now = options.now ?? Date.now
  let outcome: EnrolOutcome
  try {
    if (isOutboxInUse(join(dataDir, 'outbox'), now())) {
      say('running')
      return OTHER
    }
    outcome = await enrolAt({
      ...{ url, pending, now, name: options.name ?? hostname(), program: PROGRAM },
      ...tokenOf(options),
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      sleep: options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms))),
      progress: onChange(({ step, ...values }) =>
        say(step, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))),
      ),
    })
  } catch (error) {
    return sayDisk(error)
  }
  if (!outcome.ok) {
    const date = outcome.date === undefined ? '?' : `${minute(outcome.date)} UTC`
    say(outcome.fault, { url: url.href, detail: outcome.detail, clock: minute(now()), date })
    return CODES[outcome.fault]
  }
  const { granted } = outcome
  try {
    // Started again meanwhile: the request stays, and the next run picks up what was granted.
    if (isOutboxInUse(join(dataDir, 'outbox'), now())) {
      say('running')
      return OTHER
    }
    const waiting = renumberOutbox(dataDir, now())
    freeReserve(dataDir)
    saveIdentity(dataDir, granted)
    pending.remove()
    if (waiting > 0) say('new-epoch', { detail: String(waiting) })
  } catch (error) {
    return sayDisk(error)
  }
  const { record, facts } = granted
  say('enrolled', {
    ...{ agent: record.agent, site: `${record.site.name} (${record.site.id})` },
    ...{ until: minute(facts.notAfter), fingerprint: facts.fingerprint },
  })
  return lastWords(config, options, say)

  function sayDisk(error: unknown): number {
    say('disk', { detail: (error as Error).message })
    return DISK
  }
}

/** A new identity numbers its records anew; what was not delivered stays. Returns how many records that are. */
function renumberOutbox(dataDir: string, wall: number): number {
  const dir = join(dataDir, 'outbox')
  if (!existsSync(join(dir, 'outbox.db'))) return 0
  const { waiting } = beginNewEpoch(dir, wall)
  return Object.values(waiting).reduce((sum, n) => sum + n, 0)
}

function lastWords(
  config: AgentConfig,
  options: EnrolCommand,
  say: (text: EnrolText, values: Readonly<Record<string, string>>) => void,
): number {
  const { config: file } = options
  if (file === undefined) say('next', { data: config.dataDir })
  else if (readConfigFile(options) === undefined) {
    say('contradictions', { file })
    return USAGE
  }
  return 0
}

/** The token stands in the process list when it is an argument; the environment is the other way. */
function tokenOf({ token }: EnrolCommand): { readonly token?: string } {
  const given = token ?? process.env.OUTRIDER_ENROLMENT_TOKEN
  return given === undefined ? {} : { token: given.trim() }
}

function onChange<T>(tell: (value: T) => void): (value: T) => void {
  let last = ''
  return (value) => {
    const text = JSON.stringify(value)
    if (text !== last) tell(value)
    last = text
  }
}

const minute = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ')
