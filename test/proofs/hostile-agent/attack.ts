// The attacker's hands: connections with its own identity or another, and what of all it tried got through.
import type { ConnectionOptions } from 'node:tls'
import { type ConnectWish, publishPacket, subscribePacket } from './mqtt-bytes.ts'
import { openParty, type Party, type Shown } from './party.ts'
import { batchOf, helloOf } from './payloads.ts'
import type { Stage } from './stage.ts'
import type { Witness } from './witness.ts'

export interface Probe {
  readonly name: string
  run(): Promise<void>
}

export interface Attack {
  readonly stage: Stage
  readonly witness: Witness
  /** In [0, 1), from the seed. */
  random(): number
  /** Signs in as the attacker; the connection is kept for the next probe while it lives. */
  me(): Promise<Party>
  /** A connection with any certificate, or none; what it hears is a read. `wish` undefined: no sign-in is sent. */
  open(shown: Shown | undefined, wish: ConnectWish | undefined, tls?: ConnectionOptions): Party
  /** Does what a party can do to the witness: writes to it, writes as it, listens to it. */
  abuse(party: Party): Promise<void>
  /** Messages heard that were not the attacker's own. */
  reads(): number
  /** Connections let in that had no right to be there, by probe. */
  readonly letIn: string[]
  close(): void
}

export function createAttack(stage: Stage, witness: Witness, random: () => number): Attack {
  const { a, b } = stage
  const own = `outrider/v1/a/${a.agent}/down/`
  const parties = new Set<Party>()
  let mine: Party | undefined
  let reads = 0
  const count = (): void => {
    for (const party of parties) {
      for (const { topic } of party.heard.splice(0)) if (party !== mine || !topic.startsWith(own)) reads++
      if (party.closed()) parties.delete(party)
    }
  }
  const open: Attack['open'] = (shown, wish, tls) => {
    const party = openParty(stage, shown, wish, tls)
    parties.add(party)
    return party
  }
  return {
    ...{ stage, witness, random, open },
    letIn: [],
    async me() {
      if (mine && !mine.closed()) return mine
      count()
      mine = open(a, { clientId: a.agent, username: a.agent })
      if ((await mine.settled()) !== 'in') throw new Error('the attacker is not let in with its own identity any more')
      return mine
    },
    async abuse(party) {
      party.send(
        ...['#', `outrider/v1/a/${b.agent}/down/+`, 'outrider/v1/a/+/up/+'].map((f) => subscribePacket(f, 1)),
        publishPacket(`outrider/v1/a/${b.agent}/up/hello`, helloOf(b.agent, 'evil-mark-host')),
        publishPacket(`outrider/v1/a/${b.agent}/up/event`, batchOf(b.agent), { qos: 1 }),
        publishPacket(`outrider/v1/a/${b.agent}/down/command`, 'evil-mark', { qos: 1 }),
      )
      await witness.round()
      party.drop()
    },
    reads() {
      count()
      return reads
    },
    close: () => {
      for (const party of parties) party.drop()
    },
  }
}
