// A folder of profiles written for other programs: what each file becomes, and, where OUTRIDER_WALKS names recorded walks,
// what is read by them and by our own of the same device.
import { readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readProfiles, stockTexts, textsIn } from '#agent/inputs/snmp-poll/profile-files.ts'
import { type JudgedFile, judgeFiles } from '#shared/profiles/judge-files.ts'
import type { Profile } from '#shared/profiles/profile.ts'
import { loadProfiles } from '#shared/profiles/profiles.ts'
import { loadSnmprec } from '../support/virtual-site/snmprec.ts'
import { compareReadings, type Reading, readingOf } from './profiles/readings.ts'
import { unpackedFolder } from './profiles/unpacked.ts'
import type { Proof, ProofContext } from './proof-kind.ts'
import { pollWalk } from './walks/poll-walk.ts'

/** Of a hundred files this many must be usable: 200 of 202. */
const USABLE_SHARE = 200 / 202

export const profiles: Proof = {
  name: 'profiles',
  title: 'profiles of others: loaded, explained, and polled beside our own (OUTRIDER_PROFILES, OUTRIDER_WALKS)',
  rounds: 1,
  unavailable() {
    const dir = process.env.OUTRIDER_PROFILES
    if (dir === undefined) return 'set OUTRIDER_PROFILES to a folder with profiles of others'
    return statSync(dir, { throwIfNoEntry: false })?.isDirectory() ? undefined : `${dir} is no folder`
  },
  async run(context) {
    using folder = unpackedFolder(process.env.OUTRIDER_PROFILES as string)
    const { dir, archives } = folder
    for (const name of archives) context.progress(`unpacked ${name}`)
    const walks = process.env.OUTRIDER_WALKS
    const files = await proveFiles(dir, context)
    const polled = walks === undefined ? undefined : await provePolls(dir, walks, context)
    return { ...files, ...(polled ? { polled } : {}), ok: files.ok && polled?.ok !== false }
  },
}

/** Loads the folder as if dropped in, and prints what became of each file that has something to say. */
export async function proveFiles(dir: string, { progress }: Pick<ProofContext, 'progress'>) {
  const started = performance.now()
  const loaded = await readProfiles([dir], [], (read, all) => {
    if (read % 50 === 0) progress(`${read} of ${all} files read`)
  })
  const ms = Math.round(performance.now() - started)
  const judged = judgeFiles(loaded)
  const count = (state: JudgedFile['state']) => judged.filter((one) => one.state === state).length
  const figures = { loaded: count('loaded'), partly: count('partly'), refused: count('refused') }
  const explained = judged.every(
    ({ state, problems }) => state === 'loaded' || problems.some((p) => p.severity === 'error'),
  )
  console.log(tableOf(dir, judged))
  const usable = figures.loaded + figures.partly
  return {
    ok: explained && judged.length > 0 && usable >= Math.floor(judged.length * USABLE_SHARE),
    files: judged.length,
    usable,
    ...figures,
    explained,
    metrics: judged.reduce((sum, { metrics }) => sum + metrics, 0),
    warnings: judged.reduce((sum, { problems }) => sum + problems.filter((p) => p.severity === 'warning').length, 0),
    notes: judged.reduce((sum, { problems }) => sum + problems.filter((p) => p.severity === 'note').length, 0),
    msToLoad: ms,
  }
}

/** Polls each walk by theirs alone and by ours alone, and prints the counts side by side. */
export async function provePolls(dir: string, walks: string, { progress }: Pick<ProofContext, 'progress'>) {
  const theirs = loadProfiles({ stock: [], user: textsIn(dir, []) }).profiles
  const ours = loadProfiles({ stock: stockTexts([]), user: [] }).profiles
  const rows: { device: string; ours: Reading; theirs: Reading }[] = []
  for (const file of readdirSync(walks)
    .filter((name) => /\.snmprec(\.gz)?$/.test(name))
    .sort()) {
    const table = loadSnmprec(join(walks, file))
    const poll = async (by: ReadonlyMap<string, Profile>, address: string) =>
      readingOf(await pollWalk({ table, profiles: by, address, polls: 1, deadlineMs: 120_000 }), by)
    const row = {
      device: file.replace(/\.snmprec(\.gz)?$/, ''),
      ours: await poll(ours, '127.0.22.1'),
      theirs: await poll(theirs, '127.0.22.2'),
    }
    rows.push(row)
    progress(
      `${row.device}: ours ${row.ours.profile} ${row.ours.metrics.size}, theirs ${row.theirs.profile} ${row.theirs.metrics.size}`,
    )
  }
  return compareReadings(rows, { progress, print: (text) => console.log(text) })
}

function tableOf(dir: string, judged: readonly JudgedFile[]): string {
  const lines = judged.flatMap(({ file, state, became, metrics, problems }) => {
    const name = relative(dir, file) || file
    const worth = problems.filter(({ severity }) => severity !== 'note')
    if (state === 'loaded' && worth.length === 0) return []
    const head = `${state.padEnd(8)} ${name.padEnd(52)} ${String(metrics).padStart(5)} ${became}`
    return [head, ...worth.map(({ severity, line, message }) => `           line ${line} ${severity}: ${message}`)]
  })
  const quiet = judged.filter(
    ({ state, problems }) => state === 'loaded' && problems.every((p) => p.severity === 'note'),
  )
  return [
    'state    file                                                 metrics',
    ...lines,
    `loaded   ${quiet.length} more without a word`,
  ].join('\n')
}
