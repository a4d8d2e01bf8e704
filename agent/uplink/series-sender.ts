// Answers a collector that lacks series definitions: all of them, part by part, each after the broker took the one before.
import type { Logger } from 'pino'
import { encodeSeriesPart } from '#shared/wire/series-parts.ts'
import type { Outbox } from '../outbox/outbox.ts'

export interface SeriesSender {
  /** Sends everything once; asked for again meanwhile, it goes on with what it does. Never rejects. */
  send(): Promise<void>
  /** The link is gone: what was begun is given up. The collector asks again. */
  halt(): void
}

export interface SeriesSenderOptions {
  readonly agentId: string
  readonly outbox: Pick<Outbox, 'definitions' | 'state'>
  readonly log: Logger
  /** Resolves false when the payload did not get to the broker. */
  readonly publish: (payload: Buffer) => Promise<boolean>
}

/** Text of the definitions in one part. */
const PART_BYTES = 192 * 1024

export function createSeriesSender({ agentId, outbox, log, publish }: SeriesSenderOptions): SeriesSender {
  let running = false
  let generation = 0

  async function sendAll(): Promise<number> {
    const mine = generation
    const { epoch } = outbox.state()
    let after = 0
    for (let part = 1; ; part++) {
      const { series, last } = await outbox.definitions(after, PART_BYTES)
      after = series.at(-1)?.[0] ?? after
      const texts = series.map(([, definition]) => definition)
      if (mine !== generation || outbox.state().epoch !== epoch) return part - 1
      const sent = await publish(encodeSeriesPart({ agent: agentId, epoch, part, last, highest: after }, texts))
      if (!sent || last) return part
    }
  }

  return {
    async send() {
      if (running) return
      running = true
      const mine = generation
      try {
        const parts = await sendAll()
        log.info({ parts }, 'sent series definitions again')
      } catch (error) {
        log.warn({ err: error }, 'series definitions cannot be read now')
      }
      if (mine === generation) running = false
    },
    halt() {
      generation++
      running = false
    },
  }
}
