// npm run mutation -- [--rooms rules,alarms] [--sample N] [--seed S] [--only TEXT] [--near] [--workers 2]
// How much of what could be wrong in the judging rooms do their unit tests notice? Every small fault that people make
// (a boundary, a condition, a forgotten statement) is put into a copy of the tree, one at a time, and the tests that come by
// it are run. Prints the score per file, what survived, and one JSON line. Exit code 0: at least 80 %.
//
// How: all mutants of all files are in one text, behind switches (instrument.ts), so one start of the tests tries hundreds.
// A first run without any says which test comes by which mutant (hits.ts); then each mutant meets those tests, file by file,
// until one fails (trial.ts). What the tests of the rooms left over meets the stories of the whole judgement, those that
// are quick enough, in the same way. A mutant that nothing comes by has survived. Mutants that change nothing anybody could
// see are named in equivalent.ts, each with its reason, and do not count.
import { parseArgs } from 'node:util'
import { seeded } from '../proofs/proof-kind.ts'
import { makeCopy } from './copy.ts'
import { isEquivalent } from './equivalent.ts'
import { type Hits, readHits } from './hits.ts'
import type { Mutant } from './mutants.ts'
import { tryMutants } from './trial.ts'

const WANTED = 0.8
const SLOWEST_NEAR_MS = 2500
const SLOWEST_STORY_MS = 800

const { values } = parseArgs({
  options: {
    rooms: { type: 'string', default: 'rules,alarms,suppression,cause,notify/policy' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    workers: { type: 'string', default: '2' },
    /** Only tests in the rooms themselves: quicker, and a lower bound. */
    near: { type: 'boolean', default: false },
    survivors: { type: 'string', default: '200' },
  },
})
const began = performance.now()
const progress = (text: string) =>
  console.error(`[${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s] ${text}`)

const rooms = values.rooms.split(',')
await using copy = makeCopy(rooms, values.only)
const workers = Number(values.workers)
const wanted = chosen(copy.mutants.filter((m) => !isEquivalent(m, copy.sourceOf(m.file))))
progress(`${copy.mutants.length} mutants in ${copy.files.length} files, ${wanted.length} of them are tried`)
const hits: Hits[] = []
const killed = new Set<number>()
await tryWith(copy.near, SLOWEST_NEAR_MS)
const byTheRooms = killed.size
if (!values.near) await tryWith(copy.above, SLOWEST_STORY_MS)
report()

async function tryWith(tests: readonly string[], slowestMs: number): Promise<void> {
  const found = await readHits({ copy, tests, slowestMs, workers, progress })
  hits.push(...found)
  const mutants = wanted.filter((m) => !killed.has(m.id))
  for (const id of await tryMutants({ copy, hits: found, mutants, workers, progress })) killed.add(id)
}

/** All, or as many as were asked for, as the seed decides. */
function chosen(all: readonly Mutant[]): Mutant[] {
  const random = seeded(Number(values.seed))
  const mixed = all.map((mutant) => ({ mutant, place: random() })).sort((a, b) => a.place - b.place)
  return mixed.slice(0, Number(values.sample ?? all.length)).map((m) => m.mutant)
}

function report(): void {
  const survivors = wanted.filter((m) => !killed.has(m.id)).sort((a, b) => a.id - b.id)
  for (const mutant of survivors.slice(0, Number(values.survivors))) show(mutant)
  const share = (some: readonly Mutant[]) => some.filter((m) => killed.has(m.id)).length / some.length
  const percent = (x: number) => `${(100 * x).toFixed(1)} %`.padStart(8)
  for (const file of copy.files) {
    const own = wanted.filter((m) => m.file === file)
    if (own.length > 0) console.log(`${percent(share(own))} of ${String(own.length).padStart(4)}  ${file}`)
  }
  const byRoom = Object.fromEntries(
    rooms.flatMap((room) => {
      const own = wanted.filter((m) => m.file.startsWith(`collector/${room}/`))
      return own.length === 0 ? [] : [[room, { mutants: own.length, score: Math.round(1000 * share(own)) / 1000 }]]
    }),
  )
  const unseen = survivors.filter((m) => !hits.some((h) => h.ids.has(m.id))).length
  const score = share(wanted)
  const { seed } = values
  const seconds = Math.round((performance.now() - began) / 1000)
  const ofAll = copy.mutants.length
  console.log(
    JSON.stringify({
      name: 'mutation',
      near: values.near,
      score,
      byTheRooms: Math.round((1000 * byTheRooms) / wanted.length) / 1000,
      ...{ mutants: wanted.length, ofAll, unseen, seed, rooms: byRoom, seconds },
    }),
  )
  process.exitCode = score >= WANTED ? 0 : 1
}

/** The mutant as a difference. */
function show({ id, file, line, what, start, end, to }: Mutant): void {
  const source = copy.sourceOf(file)
  const flat = (text: string) => text.replace(/\s+/g, ' ').slice(0, 140)
  const unseen = hits.some((h) => h.ids.has(id)) ? '' : ' (no test comes by)'
  console.log(`${file}:${line} ${what}${unseen}\n  - ${flat(source.slice(start, end))}\n  + ${flat(to ?? '')}`)
}
