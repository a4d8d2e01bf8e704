// Transcripts of every released version are read by today's decoders, and mean today what they meant then.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseTopic } from '#shared/wire/topics.ts'
import { expectKept } from '../support/kept.ts'
import { type Message, meaningOf } from '../support/wire-meaning.ts'

const folder = join(import.meta.dirname, '..', 'fixtures', 'wire')
const versions = readdirSync(folder)

describe.each(versions)('wire transcript of %s', (version) => {
  const { messages } = JSON.parse(readFileSync(join(folder, version, 'transcript.json'), 'utf8')) as {
    messages: (Message & { means: unknown })[]
  }

  it('has every channel, a gap, a resume and a question for definitions', () => {
    const channels = new Set(messages.map((m) => parseTopic(m.topic)?.channel))
    const first = ['ack', 'command', 'event', 'hello', 'result', 'series', 'telemetry']
    expect([...channels].sort()).toEqual(version === '0.1' ? first : [...first, 'config', 'identity'].sort())
    const all = JSON.stringify(messages.map((m) => m.means))
    for (const part of ['"gap":', '"resume":true', '"sendSeries":true', '"definitions":[{']) expect(all).toContain(part)
    for (const kind of ['agent', 'inventory', 'trap', 'trap-raw', 'log', 'check', 'storm', 'audit', 'command-result'])
      expect(all).toContain(`"kind":"${kind}"`)
    expect(all).not.toContain('"poison"')
  })

  it('means what it meant', () => {
    for (const message of messages) expectKept(meaningOf(message), message.means)
  })

  it('is read when a later version adds fields', () => {
    const jsonOnes = messages.filter((m) => /\/(hello|ack)$/.test(m.topic))
    expect(jsonOnes.length).toBeGreaterThan(2)
    for (const { topic, base64, means } of jsonOnes) {
      const more = { ...JSON.parse(Buffer.from(base64, 'base64').toString('utf8')), fromTheFuture: { a: [1] } }
      expectKept(meaningOf({ topic, base64: Buffer.from(JSON.stringify(more)).toString('base64') }), means)
    }
  })
})
