// What a recorded payload means, as today's decoders read it: plain data to compare.

import { Ack } from '#shared/wire/ack.ts'
import { decodeBatch } from '#shared/wire/batch.ts'
import { Order, SignedCommand } from '#shared/wire/command.ts'
import { decodeEvents } from '#shared/wire/event-lines.ts'
import { Hello } from '#shared/wire/hello.ts'
import { RenewalAnswer, RenewalRequest } from '#shared/wire/identity.ts'
import { unpackBody } from '#shared/wire/packing.ts'
import { ResultRecord } from '#shared/wire/result.ts'
import { decodeSamples } from '#shared/wire/sample-columns.ts'
import { decodeSeriesPart } from '#shared/wire/series-parts.ts'
import { ConfigPart, ConfigReport } from '#shared/wire/site-config.ts'
import { parseTopic } from '#shared/wire/topics.ts'

export interface Message {
  readonly topic: string
  readonly base64: string
}

/** Throws when the payload cannot be read. */
export function meaningOf({ topic, base64 }: Message): unknown {
  const payload = Buffer.from(base64, 'base64')
  const parsed = parseTopic(topic)
  const channel = parsed?.channel
  const json = () => JSON.parse(payload.toString('utf8')) as unknown
  switch (channel) {
    case 'hello':
      return Hello.parse(json())
    case 'ack':
      return Ack.parse(json())
    case 'command': {
      const command = SignedCommand.parse(json())
      return { ...command, order: Order.parse(JSON.parse(command.order)) }
    }
    case 'identity':
      return (parsed?.direction === 'up' ? RenewalRequest : RenewalAnswer).parse(json())
    case 'config':
      return (parsed?.direction === 'up' ? ConfigReport : ConfigPart).parse(json())
    case 'series': {
      const part = decodeSeriesPart(payload)
      if (typeof part === 'string') throw new Error(part)
      return part
    }
    case 'event':
    case 'telemetry':
    case 'result':
      return batchOf(payload)
    default:
      throw new Error(`unknown topic ${topic}`)
  }
}

function batchOf(payload: Buffer): unknown {
  const decoded = decodeBatch(payload)
  if (!decoded.ok) throw new Error(decoded.reason)
  const { header, body } = decoded.batch
  if (header.gap) return { header }
  const text = unpackBody(body)
  if (header.lane === 'event') return { header, records: decodeEvents(text) }
  if (header.lane === 'result') {
    const lines = text.toString('utf8').split('\n')
    return { header, records: lines.map((line) => ResultRecord.parse(JSON.parse(line))) }
  }
  const { definitions, series, at, values } = decodeSamples(text, header.count)
  return { header, definitions, series: [...series], at: [...at], values: [...values] }
}
