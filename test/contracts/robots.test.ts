import { describe, expect, it } from 'vitest'
import { ChannelConfig } from '#collector/config/channel-config.ts'
import type { Channel } from '#collector/notify/channel.ts'
import { createChannels } from '#collector/notify/registry.ts'
import { renderMessage } from '#collector/notify/templates.ts'
import { type RobotName, SIGNING, startProvider } from '#test/support/robot-providers.ts'
import { channelContract, MESSAGE } from './channel.contract.ts'

const ROBOTS: readonly RobotName[] = ['wecom', 'dingtalk', 'feishu', 'slack', 'sms']
const never = new AbortController().signal

function channelOf(name: RobotName, url: string, more: object = {}): Channel {
  const own = {
    wecom: {},
    slack: {},
    dingtalk: { secret: SIGNING },
    feishu: { secret: SIGNING },
    sms: {
      token: SIGNING,
      numbers: ['+8613800001111'],
      headers: { Authorization: 'Bearer {{ token }}' },
      body: '{"to": "{{ number }}", "text": "{{ text }}", "id": "{{ key }}"}',
      success: 'queued',
    },
  }[name]
  const config = ChannelConfig.parse({ kind: name, id: 'x', url, allowPrivate: true, ...own, ...more })
  return createChannels([config])[0] as Channel
}

for (const name of ROBOTS)
  channelContract(name, async () => {
    const provider = await startProvider(name)
    return { ...provider, channel: channelOf(name, provider.url) }
  })

describe.each(ROBOTS)('%s', (name) => {
  const using = async (
    work: (t: { provider: Awaited<ReturnType<typeof startProvider>>; channel: Channel }) => Promise<void>,
  ) => {
    const provider = await startProvider(name)
    try {
      await work({ provider, channel: channelOf(name, provider.url) })
    } finally {
      await provider.stop()
    }
  }

  it('understands that it is too fast, and waits as long as the provider asks', () =>
    using(async ({ provider, channel }) => {
      provider.answer('too-fast')
      const answer = await channel.send(MESSAGE, never)
      expect(answer.state).toBe('retry')
      const waits = { wecom: 60_000, dingtalk: 600_000, feishu: 15_000, slack: 30_000, sms: undefined }[name]
      expect(answer).toMatchObject(waits === undefined ? {} : { afterMs: waits })
    }))

  it('does not give up because its robot is wrong: somebody may put it right', () =>
    using(async ({ provider, channel }) => {
      if (name === 'sms') return
      provider.answer('unknown-robot')
      expect((await channel.send(MESSAGE, never)).state).toBe('retry')
    }))

  it('cuts what is too long, with a note, and never half a character', () =>
    using(async ({ provider, channel }) => {
      const text = '链路中断🔥'.repeat(20_000)
      expect(await channel.send({ ...MESSAGE, text }, never)).toMatchObject({ state: 'sent' })
      const shown = provider.received()[0]?.text ?? ''
      expect(shown.length).toBeLessThan(text.length)
      expect(shown).toMatch(name === 'sms' ? /…$/ : /cut: too long\)$/)
      expect(shown).not.toContain('\ufffd')
    }))

  it('shows text of devices as text: it mentions nobody, links nowhere, and is no heading', () =>
    using(async ({ provider, channel }) => {
      const evil =
        '<@all> <at user_id="all">x</at> <!channel> [click](https://evil.example) ![i](x)\n# Big\n> quote @13800001111'
      const alarm = { text: evil, severity: 'major' }
      const message = await renderMessage(
        { transition: 'opened', at: 0, data: { number: 7, title: evil, alarm } },
        channel,
      )
      expect((await channel.send({ ...MESSAGE, ...message }, never)).state).toBe('sent')
      const raw = JSON.stringify(provider.received()[0]?.body)
      const active = {
        wecom: [/<@/, /\]\(/, /\\n# /, /\\n> /],
        dingtalk: [/\]\(/, /\\n# /, /@1380/],
        feishu: [/<at/],
        slack: [/<@/, /<!/, /<at/],
        sms: [/\\n/],
      }[name]
      for (const pattern of active) expect(raw).not.toMatch(pattern)
    }))

  it('says its words of a user, markup too', () =>
    using(async ({ provider }) => {
      const url = provider.url
      const channel = channelOf(name, url, {
        template: { text: '**{{ incident.title }}** [open](https://c.example/{{ incident.number }})' },
      })
      const message = await renderMessage(
        { transition: 'opened', at: 0, data: { number: 7, title: 'Link down' } },
        channel,
      )
      await channel.send({ ...MESSAGE, ...message }, never)
      expect(provider.received()[0]?.text).toContain('**Link down** [open](https://c.example/7)')
    }))
})

describe('an SMS gateway', () => {
  it('gets every number on its own, and no number twice when another has to be tried again', async () => {
    const provider = await startProvider('sms')
    const channel = channelOf('sms', provider.url, { numbers: ['+8613800001111', '+8613800002222'] })
    await channel.send(MESSAGE, never)
    expect(provider.received().map((r) => r.body.to)).toEqual(['+8613800001111', '+8613800002222'])
    await channel.send({ ...MESSAGE, key: 'other', address: '+4912345' }, never)
    expect(provider.received().at(-1)?.body.to).toBe('+4912345')
    expect(channel.target).not.toContain('800001111')
    await provider.stop()
  })
})
