// outrider-agent new-epoch: lets an agent whose data folder is an older copy, or which was refused as a clone, go on.
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { beginNewEpoch } from '../outbox/new-epoch.ts'
import { type ConfigPlace, readConfigFile } from './read-file.ts'

const QUESTION = `The collector will take this agent's records as those of a new outbox. Do this only when no other machine runs
with the same agent id. Records that are not acknowledged are sent again; a few may appear twice.
Go on? [y/N] `

/** Returns the exit code: 0 when done, 1 when it could not be done or was not wanted, 2 for a bad configuration. */
export async function newEpoch(options: ConfigPlace & { yes?: boolean }): Promise<number> {
  const config = readConfigFile(options)
  if (config === undefined) return 2
  const dir = join(config.dataDir, 'outbox')
  if (await answers(config.health.port)) {
    console.error('The agent is running: stop it first.')
    return 1
  }
  if (!options.yes && !(await agreed())) {
    console.error('Nothing was changed.')
    return 1
  }
  try {
    const { before, epoch, keptAs, waiting } = beginNewEpoch(dir, Date.now())
    const counts = Object.entries(waiting).map(([lane, n]) => `${lane} ${n}`)
    console.log(`epoch      ${before} -> ${epoch}`)
    console.log(`to send    ${counts.join(', ')}`)
    console.log(`as it was  ${join(dir, keptAs)} (delete it when all is well)`)
    return 0
  } catch (error) {
    console.error(`Nothing was changed: ${(error as Error).message}`)
    return 1
  }
}

function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) }).then(
    () => true,
    () => false,
  )
}

async function agreed(): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return /^y(es)?$/i.test((await asking.question(QUESTION)).trim())
  } finally {
    asking.close()
  }
}
