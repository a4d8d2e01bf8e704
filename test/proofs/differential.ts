// One simulated day of a site, run straight and with cuts: the same alarms, nothing lost, one page per cut.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runDay, T0 } from './differential/day.ts'
import { CUT_AT, DAY_S, scriptedFaults } from './differential/faults.ts'
import { differences } from './differential/history.ts'
import { simulatedSite } from './differential/simulated-site.ts'
import type { Proof } from './proof-kind.ts'

export const differential: Proof = {
  name: 'differential',
  title: 'a day of a site, run straight and with cuts, gives the same alarm history',
  rounds: 1,
  async run({ seed, random, brisk, progress }) {
    const dir = mkdtempSync(join(tmpdir(), 'outrider-differential-'))
    const devices = Number(process.env.PROOF_DEVICES ?? (brisk ? 5 : 200))
    const seconds = Number(process.env.PROOF_SECONDS ?? DAY_S)
    try {
      const faults = scriptedFaults(devices, [CUT_AT, CUT_AT + 1800], seconds - 3600, random)
      const site = simulatedSite(devices, faults)
      const straight = await runDay(site, { name: 'straight' }, { dir, seconds, seed })
      progress(
        `straight: ${straight.seconds.toFixed(1)} s, ${straight.balance.records} records, ${straight.pages.length} pages`,
      )
      const cut = await runDay(site, { name: 'cut 30 min', silent: [[CUT_AT, CUT_AT + 1800]] }, { dir, seconds, seed })
      const found = differences(straight.history, cut.history, T0, 0)
      progress(
        JSON.stringify({
          cut: cut.seconds,
          ...cut.balance,
          pages: cut.pages.length,
          silences: cut.silences,
          drains: cut.drains,
          disk: cut.diskBytes,
        }),
      )
      for (const d of found.slice(0, 40)) progress(`${d.identity}\n    straight: ${d.straight}\n    cut:      ${d.cut}`)
      return { ok: found.length === 0, identities: straight.history.size, differences: found.length }
    } finally {
      rmSync(dir, { recursive: true, force: true })
    }
  },
}
