// The site's link is cut while equipment goes on talking: hours' worth of records wait at the agent, then drain.
import type { Scenario } from '../scenario.ts'

/** Records per second of a busy site; the cut lasts as many of its hours as the records sent during it amount to. */
const NOMINAL_PER_SECOND = 5

export const siteCut: Scenario = {
  name: 'site-cut',
  title: 'The link of a site is cut, then restored',
  carriers: ['inform', 'trap', 'syslog-udp', 'syslog-tcp'],
  perSecond: 3000,
  trusting: true,
  async run({ installation, ledger, load, rounds, progress, wait }) {
    let held = 0
    let drainMs = 0
    for (let round = 1; round <= rounds; round++) {
      const before = ledger.sent
      installation.link.cut()
      await wait(12_000)
      held += ledger.sent - before
      // The agent must know that it is alone and go on; half of the rounds end in a half-open link instead of a clean one.
      await installation.link.restore()
      if (round % 2 === 0) {
        installation.link.stall()
        await wait(3000)
        await installation.link.restore()
      }
      const started = performance.now()
      load.pause()
      await installation.drained(120_000)
      drainMs += performance.now() - started
      load.start()
      progress(
        `round ${round}/${rounds}: ${ledger.sent - before} records held, caught up ${Math.round(performance.now() - started)} ms after the link came back`,
      )
    }
    return {
      simulatedHours: Math.round((held / NOMINAL_PER_SECOND / 3600) * 10) / 10,
      recordsHeld: held,
      drainMs: Math.round(drainMs / rounds),
    }
  },
}
