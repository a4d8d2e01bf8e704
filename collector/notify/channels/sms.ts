// Text messages through a gateway that is asked by HTTP. One request per number: that one is refused keeps it from no other.
import { Liquid } from 'liquidjs'
import type { SmsConfig } from '../../config/channel-config.ts'
import type { Channel, Delivery } from '../channel.ts'
import { cutCharacters } from './plain-words.ts'
import { failure, idempotencyKey, judgeStatus, post, redact, secretParts } from './post.ts'

const LIMITS = {
  parseLimit: 20_000,
  renderLimit: 100,
  memoryLimit: 100_000,
  ownPropertyOnly: true,
  strictFilters: true,
}
/** Messages of which it is remembered which numbers have them, between tries. */
const REMEMBERED = 1000

/** Channel of kind `sms`. */
export function createSms(config: SmsConfig): Channel {
  const { id, enabled, language, on, template, numbers, allowPrivate } = config
  const url = new URL(config.url)
  const token = config.token?.reveal() ?? ''
  const secrets = [token, ...secretParts(url)]
  const body = new Liquid({ ...LIMITS, outputEscape: config.contentType === 'application/json' ? inJson : inForm })
  const header = new Liquid({ ...LIMITS, outputEscape: (value) => String(value).replace(/[^\x20-\x7e]/g, ' ') })
  /** Numbers that have a message of which others do not. */
  const reached = new Map<string, Set<string>>()

  async function ask(number: string, key: string, text: string, signal: AbortSignal): Promise<Delivery> {
    const scope = { number, text, key, token }
    try {
      const headers: Record<string, string> = {
        'content-type': `${config.contentType}; charset=utf-8`,
        'user-agent': 'Outrider',
        'idempotency-key': idempotencyKey(numbers.length > 1 ? `${key}:${number}` : key),
      }
      for (const [name, value] of Object.entries(config.headers))
        headers[name.toLowerCase()] = String(await header.parseAndRender(value, scope))
      const answer = await post(
        url,
        String(await body.parseAndRender(config.body, scope)),
        headers,
        allowPrivate,
        signal,
      )
      const shown = redact(answer.text, secrets)
      const judged = judgeStatus(answer, shown)
      const isTaken = config.success === undefined || answer.text.includes(config.success)
      // the gateway's own words for no are not known: they may pass
      return judged.state === 'sent' && !isTaken ? { state: 'retry', answer: `not taken: ${judged.answer}` } : judged
    } catch (error) {
      return failure(error, secrets)
    }
  }

  return {
    ...{ id, kind: config.kind, enabled, language, on, template, target: numbers.map(masked).join(', ') },
    storm: config.storm,
    async send(message, signal) {
      const text = cutCharacters(message.text.replace(/\s+/g, ' ').trim(), config.maxCharacters)
      const done = reached.get(message.key) ?? new Set<string>()
      let last: Delivery = { state: 'sent', answer: 'nothing to do' }
      let worst: Delivery | undefined
      for (const number of message.address === undefined ? numbers : [message.address]) {
        if (done.has(number)) continue
        last = await ask(number, message.key, text, signal)
        if (last.state === 'sent') done.add(number)
        else if (worst?.state !== 'retry') worst = last
      }
      reached.delete(message.key)
      if (worst?.state === 'retry' && done.size > 0) {
        reached.set(message.key, done)
        for (const oldest of reached.keys()) if (reached.size > REMEMBERED) reached.delete(oldest)
      }
      if (worst === undefined) return last
      // some have it: what the others were refused for good is said, and nobody gets it twice
      if (worst.state === 'failed' && done.size > 0) return { state: 'sent', answer: `not to all: ${worst.answer}` }
      return worst
    },
  }
}

const masked = (number: string) =>
  number.length > 6 ? `${number.slice(0, -4).replace(/\d(?=\d{3})/g, '*')}${number.slice(-4)}` : number
const inJson = (value: unknown) => JSON.stringify(String(value)).slice(1, -1)
const inForm = (value: unknown) => encodeURIComponent(String(value))
