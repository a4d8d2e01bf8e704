// What every notification channel must do. A channel's own test hands in a provider it can make answer as it likes.
import { describe, expect, it } from 'vitest'
import type { Channel, Message } from '#collector/notify/channel.ts'

export interface ChannelUnderTest {
  readonly channel: Channel
  /** Everything that must never be told. */
  readonly secrets: readonly string[]
  /** What the provider received: key and text of each message, in order. */
  received(): readonly { readonly key: string; readonly text: string }[]
  /** Makes the provider answer so from now on. `silent` never answers. */
  answer(how: 'accept' | 'later' | 'never' | 'echo-secrets' | 'hang-up'): void
  stop(): Promise<void>
}

export const MESSAGE: Message = {
  key: 'incident-1:opened:test',
  transition: 'opened',
  at: 1_700_000_000_000,
  subject: 'Something is down',
  text: 'Switch <b>1</b> is down\r\nBcc: evil@example.net',
  data: { incident: { number: 7 } },
}

/** Runs the contract on a fresh channel per case. */
export function channelContract(name: string, make: () => Promise<ChannelUnderTest>): void {
  const withChannel = async (work: (t: ChannelUnderTest) => Promise<void>) => {
    const t = await make()
    try {
      await work(t)
    } finally {
      await t.stop()
    }
  }
  const send = (t: ChannelUnderTest, signal = new AbortController().signal) => t.channel.send(MESSAGE, signal)

  describe(`${name} as a channel`, () => {
    it('delivers the text and the key, the same for a repeat', () =>
      withChannel(async (t) => {
        t.answer('accept')
        expect((await send(t)).state).toBe('sent')
        expect((await send(t)).state).toBe('sent')
        expect(t.received().map((r) => r.key)).toEqual([MESSAGE.key, MESSAGE.key])
        expect(t.received()[0]?.text).toContain('Switch <b>1</b> is down')
      }))
    it('tells what may pass from what will not', () =>
      withChannel(async (t) => {
        t.answer('later')
        expect((await send(t)).state).toBe('retry')
        t.answer('hang-up')
        expect((await send(t)).state).toBe('retry')
        t.answer('never')
        expect((await send(t)).state).toBe('failed')
      }))
    it('never tells a secret', () =>
      withChannel(async (t) => {
        for (const how of ['accept', 'later', 'never', 'hang-up', 'echo-secrets'] as const) {
          t.answer(how)
          const told = JSON.stringify([await send(t), t.channel])
          for (const secret of t.secrets) expect(told).not.toContain(secret)
        }
      }))
    it('gives up at once when asked to', () =>
      withChannel(async (t) => {
        t.answer('hang-up')
        expect((await send(t, AbortSignal.abort())).state).not.toBe('sent')
      }))
  })
}
