// What the attacker writes: well-formed messages in another agent's name, and rubbish. All carry the mark.
import { randomUUID } from 'node:crypto'
import { encodeBatch } from '#shared/wire/batch.ts'
import { bodyHash, packBody } from '#shared/wire/packing.ts'
import { LANES } from '#shared/wire/topics.ts'

/** Stands in everything the attacker sends; whoever finds it at another agent's place has found a hole. */
export const MARK = 'evil-mark'

export function helloOf(agent: string, host: string, epoch = 'epoch-of-the-proof'): string {
  const lane = { oldest: 0, newest: 0, waiting: 0 }
  return JSON.stringify({
    ...{ version: 1, agent, epoch, program: 'outrider-agent/proof', host, boot: 'boot-1' },
    ...{ mono: performance.now(), wall: Date.now(), startedAt: 1, dropped: {}, commandKey: '' },
    lanes: Object.fromEntries(LANES.map((l) => [l, lane])),
  })
}

/** A batch of one event; the collector stores it when it believes whose it is, and quarantines it when it cannot read it. */
export function batchOf(agent: string, first = 1): Buffer {
  const record = { kind: 'agent', at: Date.now(), device: null, code: MARK, message: MARK }
  const body = packBody(Buffer.from(JSON.stringify([record])))
  const clock = { boot: 'boot-1', mono: performance.now(), wall: Date.now() }
  const hash = bodyHash(body)
  const epoch = `${MARK}-${randomUUID().slice(0, 8)}`
  return encodeBatch({
    header: { agent, epoch, lane: 'event', first, count: 1, hash, committed: clock, sent: clock },
    body,
  })
}

export const renewalOf = (agent: string, csr: string): string => JSON.stringify({ version: 1, agent, csr })

export const reportOf = (agent: string): string =>
  JSON.stringify({
    ...{ version: 1, agent, configVersion: 1, state: 'applied', more: 0, at: Date.now() },
    problems: [{ device: null, path: '', message: MARK }],
  })
