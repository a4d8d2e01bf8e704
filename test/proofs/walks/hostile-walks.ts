// The same walks with bad manners: lost datagrams, an OID that repeats, tables without end and very large ones. Each poll
// must end within its deadline and whatever could be read must be there.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Profile } from '#shared/profiles/profile.ts'
import { loadSnmprec } from '../../support/virtual-site/snmprec.ts'
import type { ProofContext } from '../proof-kind.ts'
import { endlessTable } from './endless-table.ts'
import { type PolledWalk, pollWalk, type Serving } from './poll-walk.ts'

interface HostileFigures {
  readonly ok: boolean
  readonly [name: string]: unknown
}

const DEADLINE_MS = 20_000
const LOSS = 0.1

/** Every eighth walk when brisk. */
export async function hostileWalks(
  folder: string,
  profiles: ReadonlyMap<string, Profile>,
  { random, progress, brisk }: ProofContext,
): Promise<HostileFigures> {
  const files = readdirSync(folder).filter((file) => /\.snmprec(\.gz)?$/.test(file))
  const queue = files.filter((_, n) => !brisk || n % 8 === 0)
  const loss = { devices: queue.length, ok: 0, timeouts: 0, crashes: 0, slowestMs: 0 }
  const lane = async (n: number) => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const polled = await pollWalk({
        ...serving(join(folder, file), profiles, `127.0.22.${n + 1}`),
        lost: () => random() < LOSS,
        timeoutMs: 150,
        polls: 1,
      })
      if (polled.crash) progress(`${file} with loss: CRASH ${polled.crash}`)
      loss.crashes += polled.crash ? 1 : 0
      loss.ok += polled.outcomes[0] === 'ok' ? 1 : 0
      loss.timeouts += polled.outcomes[0] === 'timeout' ? 1 : 0
      loss.slowestMs = Math.max(loss.slowestMs, polled.ms[0] ?? 0)
    }
  }
  await Promise.all([0, 1, 2, 3].map(lane))
  progress(`a tenth lost: ${loss.ok} of ${loss.devices} polls went well, slowest ${loss.slowestMs} ms`)

  const first = files[0] as string
  const bad: Record<string, Serving> = {
    repeating: { ...serving(join(folder, first), profiles, '127.0.22.10'), behaviour: 'repeat' },
    endless: { ...serving(join(folder, first), profiles, '127.0.22.11'), table: endlessTable(Infinity) },
    // The cap of rows is the same; every day the one without end is enough.
    ...(brisk
      ? {}
      : { huge: { ...serving(join(folder, first), profiles, '127.0.22.12'), table: endlessTable(100_000) } }),
    silent: { ...serving(join(folder, first), profiles, '127.0.22.13'), behaviour: 'silent' },
    garbage: { ...serving(join(folder, first), profiles, '127.0.22.14'), behaviour: 'garbage' },
  }
  const devices: Record<string, unknown> = {}
  let ok = loss.crashes === 0 && loss.slowestMs < DEADLINE_MS + 2000 && loss.ok >= loss.devices * 0.9
  for (const [name, how] of Object.entries(bad)) {
    const timeoutMs = name === 'silent' || name === 'garbage' ? 300 : 3000
    const polled = await pollWalk({ ...how, timeoutMs, polls: brisk ? 1 : 2, deadlineMs: DEADLINE_MS })
    const bounded = polled.crash === undefined && polled.ms.every((ms) => ms < DEADLINE_MS + 2000)
    if (polled.crash) progress(`${name}: CRASH ${polled.crash}`)
    ok &&= bounded
    devices[name] = summary(polled)
    progress(`${name}: ${JSON.stringify(devices[name])}${polled.detail ? ` (${polled.detail})` : ''}`)
  }
  return { ok, loss, ...devices }
}

function serving(file: string, profiles: ReadonlyMap<string, Profile>, address: string): Serving {
  return { table: loadSnmprec(file), profiles, address, deadlineMs: DEADLINE_MS }
}

function summary({ outcomes, ms, asked, recorder, leftOut }: PolledWalk) {
  const tables = Object.keys(leftOut).length > 0 ? { leftOut } : {}
  return { outcomes, ms, asked, samples: recorder.samples.length, ...tables }
}
