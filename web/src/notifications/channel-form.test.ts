import { describe, expect, it } from 'vitest'
import { CHANNEL_SECRETS } from '#shared/http/notifications.ts'
import { CHANNEL_FIELDS, channelToSend, furtherOf, missingOf, newChannel, withFurther } from './channel-form.ts'

describe('a channel in a form', () => {
  it('knows the secrets of every kind the collector knows', () => {
    const known = Object.entries(CHANNEL_SECRETS).map(([kind, secrets]) => [
      kind,
      secrets.map(({ path, optional }) => ({ path, needed: !optional })),
    ])
    expect(Object.fromEntries(known)).toEqual(
      Object.fromEntries(Object.entries(CHANNEL_FIELDS).map(([kind, { secrets }]) => [kind, secrets])),
    )
  })

  it('sends only secrets that were typed or are to go', () => {
    const settings = { ...newChannel('dingtalk', 'zh-CN'), id: 'duty' }
    expect(channelToSend({ version: 3 }, settings, { url: '' }, ['secret'])).toEqual({
      ...{ version: 3, settings, secrets: { secret: null } },
    })
    expect(channelToSend(undefined, settings, { url: 'https://x' }, [])).toMatchObject({
      ...{ version: 0, secrets: { url: 'https://x' } },
    })
  })

  it('says what is missing; a secret that is kept is not', () => {
    expect(missingOf(newChannel('slack', 'en'), {}, [])).toEqual(['id', 'url'])
    expect(missingOf({ ...newChannel('slack', 'en'), id: 'a' }, {}, ['url'])).toEqual([])
    expect(missingOf({ ...newChannel('email', 'en'), id: 'a', to: [] }, {}, [])).toEqual(['server.host', 'from', 'to'])
  })

  it('keeps what it has no field for', () => {
    const settings = { ...newChannel('sms', 'en'), id: 'sms', headers: { a: 'b' }, url: 'https://x' }
    expect(furtherOf(settings)).toEqual({ headers: { a: 'b' } })
    expect(withFurther(settings, { body: 'x', id: 'other' })).toEqual({
      ...{ id: 'sms', kind: 'sms', enabled: true, language: 'en', url: 'https://x', body: 'x' },
    })
  })
})
