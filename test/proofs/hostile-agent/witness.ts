// The victim: an agent of another site that speaks with the collector all the time and notices everything.
import { until } from '../../support/until.ts'
import { publishPacket, subscribePacket } from './mqtt-bytes.ts'
import { openParty, type Party } from './party.ts'
import { helloOf, MARK } from './payloads.ts'
import type { Stage } from './stage.ts'

export const WITNESS_HOST = 'host-of-the-witness'

export interface Witness {
  /** Times it was thrown off. */
  kicks(): number
  /** Messages it got that the attacker wrote. */
  writes(): number
  /** Answers of the collector: what there is to overhear. */
  answers(): number
  /** Resolves after a whole round trip from now on: what the attacker could have heard, it has heard. */
  round(): Promise<void>
  stop(): void
}

/** Signs in and says hello twenty times a second. */
export async function startWitness(stage: Stage): Promise<Witness> {
  const { agent } = stage.b
  let kicks = 0
  let writes = 0
  let answers = 0
  let stopped = false
  let party: Party
  const open = async (): Promise<void> => {
    party = openParty(stage, stage.b, { clientId: agent, username: agent })
    if ((await party.settled()) !== 'in') throw new Error('the witness was not let in')
    party.send(subscribePacket(`outrider/v1/a/${agent}/down/+`, 1))
  }
  const count = (): void => {
    for (const { payload } of party.heard.splice(0)) {
      if (payload.includes(MARK)) writes++
      else answers++
    }
  }
  await open()
  let opening = false
  const timer = setInterval(() => {
    count()
    if (stopped || opening) return
    if (party.closed()) {
      kicks++
      opening = true
      open()
        .catch(() => undefined)
        .finally(() => {
          opening = false
        })
      return
    }
    party.send(publishPacket(`outrider/v1/a/${agent}/up/hello`, helloOf(agent, WITNESS_HOST), { qos: 1, id: 7 }))
  }, 50)
  const witness: Witness = {
    kicks: () => kicks,
    writes() {
      count()
      return writes
    },
    answers() {
      count()
      return answers
    },
    async round() {
      const before = witness.answers()
      await until(() => witness.answers() > before + 1, {
        timeoutMs: 10_000,
        everyMs: 5,
        what: 'the witness to be answered',
      })
    },
    stop() {
      stopped = true
      clearInterval(timer)
      party.drop()
    },
  }
  await witness.round()
  return witness
}
